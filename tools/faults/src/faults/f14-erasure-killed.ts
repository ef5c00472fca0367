import { waitUntil } from '@org/harness';
import { ObjectId, type Db } from 'mongodb';

import { longestLiveness } from '../load/watch.ts';
import { checkBlocked, longestQuietLiveness } from './blocked.ts';
import { checkAtLeast, checkProgram, listNothing } from './check.ts';
import type { Fault, FaultContext } from './fault.ts';

const TASKS = { quick: 1_000, full: 50_000 };
const KILLS = { quick: 5, full: 20 };
const BATCH = 5_000;
const ERASURE_LIMIT_MILLISECONDS = 600_000;
/** In every title and name, and nowhere else. */
const TRACE = 'erase-me';

export const erasureKilled: Fault = {
  id: 'F14',
  title: 'kill -9 of the worker that erases an account',
  run: async (context) => {
    const { mode, stage, database } = context;
    const first = await stage.start({ role: 'worker' });
    const quiet = await longestQuietLiveness(first.metricsPort);
    const whole = await storeAccount(database, TASKS[mode]);
    const busy = await longestLiveness(first.metricsPort, () => erase(database, whole));
    const alive = checkProgram(first);
    await first.kill();
    const killed = await storeAccount(database, TASKS[mode]);
    const kills = await killOverAndOver(context, killed);
    await stage.start({ role: 'worker' });
    await erase(database, killed);
    const traces = await findTraces(database, [whole, killed]);
    return [
      checkAtLeast('kills in the midst of an erasure', kills, KILLS[mode]),
      listNothing('what still tells of the accounts', traces),
      checkBlocked(context, 'an erasure', { quiet, busy }),
      ...alive,
    ];
  },
};

/**
 * Kills worker after worker, each when a further part of the work is done.
 *
 * @returns how many were killed before they were done
 */
async function killOverAndOver(context: FaultContext, accountId: string): Promise<number> {
  const { mode, stage, database } = context;
  const total = await countLeft(database, accountId);
  const isLeft = await context.rounds(KILLS, async (kill) => {
    await queueErasure(database, accountId);
    const worker = await stage.spawn({ role: 'worker' });
    const goal = total * (1 - (kill + 1) / (KILLS[mode] + 1));
    const isReached = async () => (await countLeft(database, accountId)) <= goal;
    await waitUntil('A part of it is erased', ERASURE_LIMIT_MILLISECONDS, isReached, 5);
    await worker.kill();
    return isThere(database, accountId);
  });
  return isLeft.filter(Boolean).length;
}

async function erase(database: Db, accountId: string): Promise<void> {
  await queueErasure(database, accountId);
  const isErased = async () => !(await isThere(database, accountId));
  await waitUntil('The account is erased', ERASURE_LIMIT_MILLISECONDS, isErased);
}

async function isThere(database: Db, accountId: string): Promise<boolean> {
  const _id = ObjectId.createFromHexString(accountId);
  return (await database.collection('accounts').countDocuments({ _id })) > 0;
}

/** Tasks, and records of what the account did. */
async function countLeft(database: Db, accountId: string): Promise<number> {
  const actor = { actor_type: 'account', actor_id: accountId };
  const tasks = await database.collection('tasks').countDocuments({ account_id: accountId });
  return tasks + (await database.collection('audit_log').countDocuments(actor));
}

/** As `org-admin accounts erase` does; what a killed worker still holds is taken from it. */
async function queueErasure(database: Db, accountId: string): Promise<void> {
  const jobs = database.collection('agendaJobs');
  await jobs.deleteMany({ name: 'account.erase' });
  const _id = ObjectId.createFromHexString(accountId);
  const account = await database.collection('accounts').findOne({ _id });
  const deletedAt = (account?.['deleted_at'] as Date).toISOString();
  const now = new Date();
  const unset = ['lockedAt', 'leaseId', 'runId', 'deadAt', 'disabled'];
  const unused = ['repeatInterval', 'repeatTimezone', 'lastFinishedAt'];
  await jobs.insertOne({
    name: 'account.erase',
    type: 'normal',
    data: { accountId, deletedAt },
    nextRunAt: now,
    ...Object.fromEntries([...unset, ...unused].map((field) => [field, null])),
    priority: 0,
    attempts: 0,
    created_at: now,
    updated_at: now,
  });
}

/** A deleted account with tasks, half of them deleted, and two records of each. */
async function storeAccount(database: Db, tasks: number): Promise<string> {
  const now = new Date();
  const dates = { created_at: now, updated_at: now };
  const _id = new ObjectId();
  const accountId = _id.toHexString();
  await database.collection('accounts').insertOne({
    _id,
    active: false,
    first_name: TRACE,
    last_name: TRACE,
    username: `${TRACE}-${accountId}@example.com`,
    hashed_password: '',
    phone_number: null,
    deleted_at: now,
    ...dates,
  });
  for (let from = 0; from < tasks; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, tasks - from) }, (_, index) => ({
      _id: new ObjectId(),
      account_id: accountId,
      title: `${TRACE} ${from + index}`,
      description: TRACE,
      active: index % 2 === 0,
      ...dates,
    }));
    await database.collection('tasks').insertMany(batch);
    const records = batch.flatMap((task) =>
      ['create', 'update'].map((action) => ({
        resource_type: 'tasks',
        resource_id: task._id.toHexString(),
        actor_type: 'account',
        actor_id: accountId,
        action,
        changes: { title: { old: null, new: task.title } },
        outcome: 'success',
        request_id: 'seeded',
        timestamp: now,
        ...dates,
      })),
    );
    await database.collection('audit_log').insertMany(records);
  }
  return accountId;
}

/** Names of collections, one for each document that holds a title, a name, or an account's actor. */
async function findTraces(database: Db, accountIds: readonly string[]): Promise<string[]> {
  const traces: string[] = [];
  for (const collection of await database.collections()) {
    for await (const document of collection.find()) {
      const isActor = accountIds.includes(String(document['actor_id']));
      if (isActor || JSON.stringify(document).includes(TRACE)) {
        traces.push(collection.collectionName);
      }
    }
  }
  return traces;
}
