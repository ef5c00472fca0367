import type { Db } from 'mongodb';

import { waitUntil } from '../stage/wait-until.ts';

const DELIVERIES = 'notification_deliveries';
/** What the job library keeps its queue in. */
const QUEUE = 'agendaJobs';

/** Waits until workers have finished every message, and every job that was dispatched once. */
export async function untilDrained(database: Db, limitMilliseconds: number): Promise<void> {
  await waitUntil(
    { what: 'The queues are empty', limitMilliseconds, pauseMilliseconds: 100 },
    async () => ((await countUnfinished(database)) === 0 ? true : undefined),
  );
}

/** Jobs first: one that is done may have queued a message. */
export async function countUnfinished(database: Db): Promise<number> {
  const jobs = await database
    .collection(QUEUE)
    .countDocuments({ type: 'normal', nextRunAt: { $ne: null } });
  return jobs + (await countQueuedMessages(database));
}

export async function countQueuedMessages(database: Db): Promise<number> {
  return database.collection(DELIVERIES).countDocuments({ status: 'queued' });
}
