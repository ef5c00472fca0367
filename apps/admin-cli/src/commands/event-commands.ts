import type { QueueRow } from '@org/queue';
import type { Command } from 'commander';

import type { Perform } from '../operator.ts';
import { messageResult, type Columns } from '../output.ts';
import { performList, performOnId } from './add-command.ts';

const resourceType = 'event_deliveries';

const COLUMNS: Columns<QueueRow> = {
  ID: ({ id }) => id,
  CREATED: ({ createdAt }) => createdAt.toISOString(),
  LISTENER: ({ kind }) => kind,
  ATTEMPTS: ({ attempts }) => String(attempts),
  DUE: ({ dueAt }) => dueAt.toISOString(),
  'LAST ERROR': ({ lastError }) => lastError ?? '',
};

export function addEventCommands(program: Command, perform: Perform): void {
  const events = program.command('events').description('Events that wait for listeners');
  performList(
    events.command('waiting').description('Events that a listener has not heard yet'),
    perform,
    {
      resourceType,
      columns: COLUMNS,
      list: ({ events: queue }, page, context) => queue.listUnhandledRows(page, context),
    },
  );
  performList(
    events.command('dead').description('Events that a listener failed to hear'),
    perform,
    {
      resourceType,
      columns: COLUMNS,
      list: ({ events: queue }, page, context) => queue.listDeadRows(page, context),
    },
  );
  const replay = events.command('replay <id>').description('Give a dead event its attempts again');
  performOnId(replay, perform, resourceType, async ({ events: queue }, rowId, context) => {
    await queue.replayDeadRow({ rowId }, context);
    return messageResult(`Event ${rowId} will be heard again.`, { rowId });
  });
}
