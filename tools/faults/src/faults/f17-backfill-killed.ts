import {
  isAnswer,
  NUMBERED_ID,
  numbered,
  renderOutcome,
  storeCopies,
  waitUntil,
} from '@org/harness';
import type { Db } from 'mongodb';

import { PASSWORD, signUpAndLogIn, type ApiClient } from '../load/api-client.ts';
import { checkAtLeast, checkCount, checkProgram, checkThat, formatTime } from './check.ts';
import type { Fault } from './fault.ts';
import { queueJob } from './queue-job.ts';

const ACCOUNTS = { quick: 20_000, full: 1_000_000 };
const KILLS = { quick: 2, full: 20 };
const JOB = 'account.store-identities';
const LIMIT_MILLISECONDS = 600_000;

export const backfillKilled: Fault = {
  id: 'F17',
  title: 'kill -9 of the worker that stores the identities of earlier accounts',
  run: async (context) => {
    const { mode, stage, database } = context;
    const count = ACCOUNTS[mode];
    await stage.shortenTransactions();
    await storeEarlierAccounts(database, count);
    const api = await stage.start({ role: 'api' });
    const client = stage.connect(api);
    const startedAt = performance.now();
    const inTheMidst = await context.rounds(KILLS, async (kill) => {
      const goal = (count * (kill + 1)) / (KILLS[mode] + 1);
      await queueJob(database, JOB);
      const worker = await stage.launch({ role: 'worker' });
      const isReached = async () => (await countSeen(database)) >= goal;
      const killInTheMidst = async () => {
        await waitUntil('A part of the accounts is seen', isReached, 5, LIMIT_MILLISECONDS);
        await worker.kill();
      };
      await Promise.all([serve(client), killInTheMidst()]);
      return (await findPassedAt(database)) === null;
    });
    await queueJob(database, JOB);
    await stage.start({ role: 'worker' });
    const isThrough = async () => (await findPassedAt(database)) !== null;
    await waitUntil('Every account is seen', isThrough, 20, LIMIT_MILLISECONDS);
    const elapsed = formatTime(performance.now() - startedAt);
    const kills = inTheMidst.filter(Boolean).length;
    const once = { username: /^earlier-/u, identity_version: 1 };
    const [stored, changed, missing] = await Promise.all([
      database.collection('account_identities').countDocuments({ value: /^earlier-/u }),
      database.collection('accounts').countDocuments(once),
      countMissing(database),
    ]);
    return [
      checkAtLeast('kills in the midst of the pass', kills, KILLS[mode]),
      checkCount(`identities of ${count} accounts, in ${elapsed} with the kills`, stored, count),
      checkCount('accounts that were changed once for it', changed, count),
      checkThat('active accounts without their identity', missing === 0, String(missing), '0'),
      ...checkProgram(api),
    ];
  },
};

/** Accounts are served while the job runs: new ones, and those that it has not come to. */
async function serve(client: ApiClient): Promise<void> {
  await signUpAndLogIn(client);
  const taken = await client.signUp({ username: 'EARLIER-0@example.com', password: PASSWORD });
  if (!isAnswer(taken) || taken.status !== 409) {
    throw new Error(`Signing up with an earlier account's name: ${renderOutcome(taken)}`);
  }
}

/** As a version without identities stores them. */
async function storeEarlierAccounts(database: Db, to: number): Promise<void> {
  const now = new Date();
  await storeCopies(database, {
    collection: 'accounts',
    pattern: {
      active: true,
      first_name: '',
      last_name: '',
      hashed_password: '',
      phone_number: null,
      created_at: now,
      updated_at: now,
    },
    fields: {
      _id: { $toObjectId: NUMBERED_ID },
      username: numbered('earlier-', '@example.com'),
    },
    to,
  });
}

function findState(database: Db) {
  interface State {
    readonly accounts_seen: number;
    readonly passed_at: Date | null;
  }
  return database.collection<State>('account_identity_state').findOne();
}

async function countSeen(database: Db): Promise<number> {
  return (await findState(database))?.accounts_seen ?? 0;
}

async function findPassedAt(database: Db): Promise<Date | null> {
  return (await findState(database))?.passed_at ?? null;
}

async function countMissing(database: Db): Promise<number> {
  const lookup = {
    from: 'account_identities',
    let: { id: { $toString: '$_id' } },
    pipeline: [{ $match: { $expr: { $eq: ['$account_id', '$$id'] } } }],
    as: 'identities',
  };
  const missing = database
    .collection('accounts')
    .aggregate([{ $match: { active: true } }, { $lookup: lookup }, { $match: { identities: [] } }]);
  return (await missing.toArray()).length;
}
