import { waitUntil } from '@org/harness';
import type { Db } from 'mongodb';

/** Waits until workers have finished every message, and every job that was dispatched once. */
export async function untilDrained(database: Db, limitMilliseconds: number): Promise<void> {
  const isDrained = async () => (await countUnfinished(database)) === 0;
  await waitUntil('The queues are empty', limitMilliseconds, isDrained, 100);
}

/** Jobs first: one that is done may have queued a message. */
export async function countUnfinished(database: Db): Promise<number> {
  const unfinished = { type: 'normal', nextRunAt: { $ne: null } };
  const jobs = await database.collection('agendaJobs').countDocuments(unfinished);
  const deliveries = database.collection('notification_deliveries');
  return jobs + (await deliveries.countDocuments({ status: 'queued' }));
}
