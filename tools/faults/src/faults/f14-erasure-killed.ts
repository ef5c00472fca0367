import { NUMBERED_ID, numbered, storeCopies, waitUntil } from '@org/harness';
import { ObjectId, type Db } from 'mongodb';

import { checkAtLeast, checkProgram, listNothing } from './check.ts';
import { longestLiveness, type Fault, type FaultContext } from './fault.ts';
import { queueJob } from './queue-job.ts';

const TASKS = { quick: 2_000, full: 50_000 };
const KILLS = { quick: 3, full: 20 };
const ERASURE_LIMIT_MILLISECONDS = 600_000;
/** In every title and name, and nowhere else. */
const TRACE = 'erase-me';

export const erasureKilled: Fault = {
  id: 'F14',
  title: 'kill -9 of the worker that erases an account',
  run: async (context) => {
    const { mode, stage, database } = context;
    const first = await stage.start({ role: 'worker' });
    const quiet = await longestLiveness(first.port);
    const whole = await storeAccount(database, 0, TASKS[mode]);
    const busy = await longestLiveness(first.port, () => erase(database, whole));
    const alive = checkProgram(first);
    await first.kill();
    const killed = await storeAccount(database, TASKS[mode], 2 * TASKS[mode]);
    const kills = await killRepeatedly(context, killed);
    await stage.start({ role: 'worker' });
    await erase(database, killed);
    const traces = await findTraces(database, [whole, killed]);
    return [
      checkAtLeast('kills in the midst of an erasure', kills, KILLS[mode]),
      listNothing('what still tells of the accounts', traces),
      context.checkBlocked('an erasure', quiet, busy),
      ...alive,
    ];
  },
};

/** Kills worker after worker, each further on; returns how many were killed before they were done. */
async function killRepeatedly(context: FaultContext, accountId: string): Promise<number> {
  const { mode, stage, database } = context;
  const total = await countLeft(database, accountId);
  const isLeft = await context.rounds(KILLS, async (kill) => {
    await queueErasure(database, accountId);
    const worker = await stage.launch({ role: 'worker' });
    const goal = total * (1 - (kill + 1) / (KILLS[mode] + 1));
    const isReached = async () => (await countLeft(database, accountId)) <= goal;
    await waitUntil('A part of it is erased', isReached, 5, ERASURE_LIMIT_MILLISECONDS);
    await worker.kill();
    return (await findAccount(database, accountId)) !== null;
  });
  return isLeft.filter(Boolean).length;
}

async function erase(database: Db, accountId: string): Promise<void> {
  await queueErasure(database, accountId);
  const isErased = async () => (await findAccount(database, accountId)) === null;
  await waitUntil('The account is erased', isErased, 20, ERASURE_LIMIT_MILLISECONDS);
}

function findAccount(database: Db, accountId: string) {
  const _id = ObjectId.createFromHexString(accountId);
  return database.collection<{ _id: ObjectId; deleted_at: Date }>('accounts').findOne({ _id });
}

/** Tasks, and records of what the account did. */
async function countLeft(database: Db, accountId: string): Promise<number> {
  const actor = { actor_type: 'account', actor_id: accountId };
  const tasks = await database.collection('tasks').countDocuments({ account_id: accountId });
  return tasks + (await database.collection('audit_log').countDocuments(actor));
}

/** As `org-admin accounts erase` does. */
async function queueErasure(database: Db, accountId: string): Promise<void> {
  const account = await findAccount(database, accountId);
  const deletedAt = account?.deleted_at.toISOString();
  await queueJob(database, 'account.erase', { accountId, deletedAt });
}

/** A deleted account with tasks, every second of them deleted, and two records of each. */
async function storeAccount(database: Db, from: number, to: number): Promise<string> {
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
  await storeCopies(database, {
    collection: 'tasks',
    pattern: { account_id: accountId, description: TRACE, ...dates },
    fields: {
      _id: { $toObjectId: NUMBERED_ID },
      title: numbered(`${TRACE} `),
      active: { $eq: [{ $mod: ['$n', 2] }, 0] },
    },
    from,
    to,
  });
  for (const action of ['create', 'update']) {
    const actor = { actor_type: 'account', actor_id: accountId };
    const event = { action, outcome: 'success', request_id: 'seeded', timestamp: now };
    await storeCopies(database, {
      collection: 'audit_log',
      pattern: { resource_type: 'tasks', ...actor, ...event, ...dates },
      fields: {
        resource_id: NUMBERED_ID,
        changes: { title: { old: null, new: numbered(`${TRACE} `) } },
      },
      from,
      to,
    });
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
