import type { Erasure, OperationContext } from '@org/core';
import type { Queue } from '@org/queue';

/** An event as a row of the queue. */
export interface StoredEvent {
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
