import type { Db } from 'mongodb';

/** As `org-admin jobs run` does; what a killed worker still holds of the same job is taken from it. */
export async function queueJob(database: Db, name: string, data: object = {}): Promise<void> {
  const jobs = database.collection('agendaJobs');
  await jobs.deleteMany({ name, type: 'normal' });
  await jobs.updateMany({ name }, { $set: { lockedAt: null, leaseId: null } });
  const now = new Date();
  const unset = ['lockedAt', 'leaseId', 'runId', 'deadAt', 'disabled'];
  const unused = ['repeatInterval', 'repeatTimezone', 'lastFinishedAt'];
  await jobs.insertOne({
    name,
    type: 'normal',
    data,
    nextRunAt: now,
    ...Object.fromEntries([...unset, ...unused].map((field) => [field, null])),
    priority: 0,
    attempts: 0,
    created_at: now,
    updated_at: now,
  });
}
