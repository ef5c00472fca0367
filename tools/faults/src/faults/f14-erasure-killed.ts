import { ObjectId, type Db } from 'mongodb';
import { setTimeout as delay } from 'node:timers/promises';

import { LivenessWatch } from '../load/liveness-watch.ts';
import type { Stage } from '../stage/stage.ts';
import { waitUntil } from '../stage/wait-until.ts';
import { checkAtLeast, checkTime, listNothing } from './check.ts';
import { judgeProgram } from './f3-mongod-killed.ts';
import { byMode, type Fault, type FaultContext } from './fault.ts';

const TASKS = { quick: 1_000, full: 50_000 };
const KILLS = { quick: 5, full: 20 };
const BATCH = 5_000;
const QUIET_MILLISECONDS = 2_000;
const BLOCKED_LIMIT_MILLISECONDS = 50;
const ERASURE_LIMIT_MILLISECONDS = 600_000;
/** In every title and name, and nowhere else. */
const TRACE = 'erase-me';

export const erasureKilled: Fault = {
  id: 'F14',
  title: 'kill -9 of the worker that erases an account',
  run: async (context) => {
    const { mode, stage } = context;
    const database = stage.databaseServer.database();
    const first = await stage.start({ role: 'worker' });
    const quiet = await watchWhile(first.metricsPort, () => delay(QUIET_MILLISECONDS));
    const whole = await storeAccount(database, byMode(mode, TASKS));
    const busy = await watchWhile(first.metricsPort, async () => {
      await queueErasure(database, whole);
      await untilErased(database, whole);
    });
    const alive = judgeProgram(first);
    await first.kill();
    const killed = await storeAccount(database, byMode(mode, TASKS));
    const kills = await killOverAndOver(context, killed);
    await queueErasure(database, killed);
    await stage.start({ role: 'worker' });
    await untilErased(database, killed);
    return [
      checkAtLeast('kills in the midst of an erasure', kills, byMode(mode, KILLS)),
      listNothing('what still tells of the accounts', await findTraces(database, [whole, killed])),
      checkTime(
        `slowest liveness beyond the ${quiet.toFixed(0)} ms without an erasure`,
        Math.max(0, busy - quiet),
        BLOCKED_LIMIT_MILLISECONDS,
        mode,
      ),
      ...alive,
    ];
  },
};

/** Kills worker after worker, each when a further part of the work is done. */
async function killOverAndOver(
  { mode, stage, progress }: FaultContext,
  accountId: string,
): Promise<number> {
  const database = stage.databaseServer.database();
  const total = await countLeft(database, accountId);
  const kills = byMode(mode, KILLS);
  let inTheMidst = 0;
  for (let kill = 1; kill <= kills; kill += 1) {
    await queueErasure(database, accountId);
    const worker = await stage.spawn({ role: 'worker' });
    const goal = total * (1 - kill / (kills + 1));
    await untilLeft(stage, accountId, goal);
    await worker.kill();
    inTheMidst += (await isThere(database, accountId)) ? 1 : 0;
    progress(kill, kills);
  }
  return inTheMidst;
}

async function untilLeft(stage: Stage, accountId: string, goal: number): Promise<void> {
  const database = stage.databaseServer.database();
  await waitUntil(
    {
      what: 'A part of the account is erased',
      limitMilliseconds: ERASURE_LIMIT_MILLISECONDS,
      pauseMilliseconds: 5,
    },
    async () => ((await countLeft(database, accountId)) <= goal ? true : undefined),
  );
}

async function untilErased(database: Db, accountId: string): Promise<void> {
  await waitUntil(
    { what: 'The account is erased', limitMilliseconds: ERASURE_LIMIT_MILLISECONDS },
    async () => ((await isThere(database, accountId)) ? undefined : true),
  );
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

/** As `org-admin accounts erase` does; what a killed worker still holds is nobody's any more. */
async function queueErasure(database: Db, accountId: string): Promise<void> {
  const jobs = database.collection('agendaJobs');
  await jobs.deleteMany({ name: 'account.erase' });
  const _id = ObjectId.createFromHexString(accountId);
  const account = await database.collection('accounts').findOne({ _id });
  const deletedAt = (account?.['deleted_at'] as Date).toISOString();
  const now = new Date();
  await jobs.insertOne({
    name: 'account.erase',
    type: 'normal',
    data: { accountId, deletedAt },
    nextRunAt: now,
    lockedAt: null,
    leaseId: null,
    runId: null,
    deadAt: null,
    disabled: null,
    repeatInterval: null,
    repeatTimezone: null,
    lastFinishedAt: null,
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

/** @returns the longest that liveness took, in milliseconds */
async function watchWhile(port: number, work: () => Promise<unknown>): Promise<number> {
  const watch = LivenessWatch.start(port);
  await work();
  return (await watch.stop()).longestMilliseconds;
}
