import { QueueRowNotFoundError, type QueueRow } from '@org/queue';
import type { Command } from 'commander';

import { CommandFailedError } from '../errors.ts';
import type { Perform } from '../operator.ts';
import { messageResult, type Columns } from '../output.ts';
import { performList, performOnId } from './add-command.ts';

const resourceType = 'event_deliveries';

/** What is shown of a row's payload; another program may have stored something else. */
interface StoredEvent {
  readonly name?: unknown;
  readonly payload?: object;
}

const COLUMNS: Columns<QueueRow> = {
  ID: ({ id }) => id,
  CREATED: ({ createdAt }) => createdAt.toISOString(),
  EVENT: ({ payload }) => textOf((payload as StoredEvent).name),
  ACCOUNT: ({ payload }) => accountOf(payload),
  LISTENER: ({ kind }) => kind,
  ATTEMPTS: ({ attempts }) => String(attempts),
};
const LAST_ERROR: Columns<QueueRow> = { 'LAST ERROR': ({ lastError }) => lastError ?? '' };

const DEAD_COLUMNS: Columns<QueueRow> = { ...COLUMNS, ...LAST_ERROR };
const WAITING_COLUMNS: Columns<QueueRow> = {
  ...COLUMNS,
  DUE: ({ dueAt }) => dueAt.toISOString(),
  ...LAST_ERROR,
};

export function addEventCommands(program: Command, perform: Perform): void {
  const events = program.command('events').description('Events that wait for listeners');
  performList(
    events.command('waiting').description('Events that a listener has not heard yet'),
    perform,
    {
      resourceType,
      columns: WAITING_COLUMNS,
      list: ({ events: queue }, page, context) => queue.listWaitingRows(page, context),
    },
  );
  performList(
    events.command('unheard').description('Those whose listener this program does not have'),
    perform,
    {
      resourceType,
      columns: WAITING_COLUMNS,
      list: ({ events: queue }, page, context) => queue.listUnhandledRows(page, context),
    },
  );
  performList(
    events.command('dead').description('Events that a listener failed to hear'),
    perform,
    {
      resourceType,
      columns: DEAD_COLUMNS,
      list: ({ events: queue }, page, context) => queue.listDeadRows(page, context),
    },
  );
  const replay = events.command('replay <id>').description('Give a dead event its attempts again');
  performOnId(replay, perform, resourceType, async ({ events: queue }, rowId, context) => {
    await queue.replayDeadRow({ rowId }, context).catch(explainNotFound);
    const text = `Event ${rowId} waits for its listener; a worker that has it will call it.`;
    return messageResult(text, { rowId });
  });
}

/** @throws CommandFailedError if no dead event has the id */
function explainNotFound(error: unknown): never {
  if (error instanceof QueueRowNotFoundError) {
    throw new CommandFailedError(
      'No dead event has this id. One that still waits needs no replay: see `events waiting` and `events unheard`.',
      error,
    );
  }
  throw error;
}

/** The account that an event is about, if its payload names one. */
function accountOf(row: StoredEvent): string {
  const { accountId } = { ...row.payload } as { readonly accountId?: unknown };
  return textOf(accountId);
}

/** The first version stored no names. */
function textOf(stored: unknown): string {
  return typeof stored === 'string' ? stored : '';
}
