import type { Erasure, OperationContext } from '@org/core';
import type { FailedQueueAttempt, Queue } from '@org/queue';

import type { FailedEventAttempt } from './types.ts';

/** An event as a row of the queue holds it. */
export interface StoredEvent {
  /** Absent from rows of the first version. */
  readonly name?: string;
  readonly version: number;
  readonly publishedAt: Date;
  readonly requestId: string;
  readonly payload: object;
}

/** The rows with personal data of an account, as `@org/account` exports and erases them. */
export interface EventDataProvider {
  readonly name: string;
  exportDataByAccountId(
    params: { readonly accountId: string },
    context: OperationContext,
  ): AsyncIterable<readonly object[]>;
  /** May be called again if interrupted. */
  deleteDataByAccountId(
    params: { readonly accountId: string },
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void>;
}

/** An attempt at a row, in the words of events; undefined if it was none of a listener. */
export function toFailedAttempt(
  event: string | undefined,
  attempt: FailedQueueAttempt | undefined,
  stored: StoredEvent | undefined,
): FailedEventAttempt | undefined {
  if (event === undefined || attempt === undefined || stored === undefined) {
    return undefined;
  }
  const { kind: listener, rowId: eventId, ...numbers } = attempt;
  return { listener, event, eventId, requestId: stored.requestId, ...numbers };
}

export function createEventDataProvider(queue: Queue, name: string): EventDataProvider {
  return {
    name,
    exportDataByAccountId: ({ accountId }, context) => exportRows(queue, accountId, context),
    deleteDataByAccountId: ({ accountId }, erasure, context) =>
      queue.eraseRowsByAccountId(accountId, erasure, context),
  };
}

async function* exportRows(
  queue: Queue,
  accountId: string,
  context: OperationContext,
): AsyncGenerator<readonly object[], void, undefined> {
  for await (const page of queue.exportRowsByAccountId(accountId, context)) {
    yield page.map(({ kind: listener, payload, createdAt }) => ({
      listener,
      payload: (payload as StoredEvent).payload,
      created_at: createdAt.toISOString(),
    }));
  }
}

/** Whose personal data an event's payload holds, if its event has any. */
export function accountIdIn(payload: object): string {
  return String((payload as { readonly accountId?: unknown }).accountId);
}
