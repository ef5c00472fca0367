import type { QueueRow } from '@org/queue';
import type { Command } from 'commander';

import type { PageParams } from '../command-services.ts';
import type { Perform } from '../operator.ts';
import { messageResult, pageResult, type Columns } from '../output.ts';
import { addPageOptions, performOnId } from './add-command.ts';

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
  addPageOptions(
    events.command('waiting').description('Events that a listener has not heard yet'),
  ).action(async (page: PageParams, command: Command) => {
    await perform(
      command,
      { resourceType, parameters: { ...page } },
      async ({ events: queue }, context) =>
        pageResult(await queue.listUnhandledRows(page, context), COLUMNS),
    );
  });
  addPageOptions(
    events.command('dead').description('Events that a listener failed to hear'),
  ).action(async (page: PageParams, command: Command) => {
    await perform(
      command,
      { resourceType, parameters: { ...page } },
      async ({ events: queue }, context) =>
        pageResult(await queue.listDeadRows(page, context), COLUMNS),
    );
  });
  const replay = events.command('replay <id>').description('Give a dead event its attempts again');
  performOnId(replay, perform, resourceType, async ({ events: queue }, rowId, context) => {
    await queue.replayDeadRow({ rowId }, context);
    return messageResult(`Event ${rowId} will be heard again.`, { rowId });
  });
}
