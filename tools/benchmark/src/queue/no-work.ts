import { OperationContext, type AuditTrail } from '@org/core';
import { Database } from '@org/core/store';
import { Queue } from '@org/queue';

/** The rows of both sides: nothing has to be done for them. */
export const KIND = 'no-work';
/** Of both sides. */
export const CONCURRENCY = 10;
export const POLL_INTERVAL_MILLISECONDS = 1_000;

export const CONTEXT = OperationContext.anonymous(KIND);

const UNRECORDED: AuditTrail = {
  recordsOwnerReads: false,
  record: () => Promise.resolve(),
  recordFromSource: () => Promise.resolve(),
};

/** Opens `@org/queue` on a database. */
export async function openQueue(uri: string) {
  const database = await Database.connect({ uri });
  const queue = Queue.create({
    database,
    audit: UNRECORDED,
    collectionName: KIND,
    settings: { pollIntervalMilliseconds: POLL_INTERVAL_MILLISECONDS },
  });
  await queue.initialize();
  return { database, queue };
}
