import { NUMBERED_ID, numbered, readCode, readResetToken, storeCopies } from '@org/harness';
import type { Db, Document, Filter } from 'mongodb';

import {
  assertSuccess,
  makeCredentials,
  makePhoneNumber,
  PASSWORD,
  readTokens,
  signUpAndLogIn,
  toE164,
  type ApiClient,
} from '../load/api-client.ts';
import type { Stage } from '../stage.ts';
import { checkAtLeast, listNothing, type Check } from './check.ts';
import type { Fault, FaultContext } from './fault.ts';
import { isIndexed, startProfiling, stopProfiling, type QueryPlan } from './profile.ts';

const SIZES = { quick: [1_000, 10_000], full: [1_000, 100_000, 1_000_000] };
/** Of the other collections, so many at most: the question is what the number of accounts does. */
const OTHERS_AT_MOST = 100_000;
const NUMBER = { $toString: { $add: [{ $toLong: 9_800_000_000 }, '$n'] } };
const JOURNEYS = 3;
/** The plans of a journey are of at least so many different queries. */
const FEWEST_QUERIES = 10;

export const manyAccounts: Fault = {
  id: 'F11',
  title: 'many accounts: what the server examines for each query',
  run: async (context) => {
    const { mode, stage, database } = context;
    const client = stage.connect(await stage.start({ role: 'all' }));
    // All that is stored of somebody with a username and of somebody with a phone number.
    const { credentials } = await signUpAndLogIn(client);
    await client.requestPasswordReset(credentials.username);
    await goByPhone(stage, client);
    await context.untilDrained();
    let stored = 0;
    const checks = await context.each(SIZES[mode], async (size) => {
      await seedAccounts(database, stored, size);
      await seedIdentities(database, stored, size);
      stored = size;
      return judge(size, await profileJourneys(context, client));
    });
    return checks.flat();
  },
};

async function profileJourneys(
  context: FaultContext,
  client: ApiClient,
): Promise<readonly QueryPlan[]> {
  const { stage, database } = context;
  await startProfiling(database);
  for (let journey = 0; journey < JOURNEYS; journey += 1) {
    await goByPassword(stage, client);
    await goByPhone(stage, client);
  }
  await context.untilDrained();
  return stopProfiling(database);
}

async function goByPassword({ email }: Stage, client: ApiClient): Promise<void> {
  const { credentials, ...person } = await signUpAndLogIn(client);
  const { username } = credentials;
  await client.signUp(credentials, 'taken');
  await client.logIn({ username, password: 'wrong' });
  await client.logIn(makeCredentials());
  assertSuccess('reading', await client.readAccount(person));
  assertSuccess('updating', await client.updateProfile(person, 'Grace'));
  assertSuccess('preferring', await client.updatePreferences(person, { sms_enabled: false }));
  const refreshed = assertSuccess('refreshing', await client.refresh(person.refreshToken));
  const sessions = await client.asOwner(readTokens(refreshed), { path: '/sessions' });
  assertSuccess('listing sessions', sessions);
  assertSuccess('asking for a reset', await client.requestPasswordReset(username));
  const token = await readResetToken(email, username);
  const password = `${PASSWORD}-changed`;
  assertSuccess('resetting', await client.resetPassword(person.accountId, token, password));
  const again = assertSuccess('logging in', await client.logIn({ username, password }));
  assertSuccess('deleting', await client.deleteAccount(readTokens(again)));
}

async function goByPhone({ sms }: Stage, client: ApiClient): Promise<void> {
  const number = makePhoneNumber();
  assertSuccess('signing up by phone', await client.signUpByPhone(number));
  const code = await readCode(sms, toE164(number));
  await client.logInByPhone(number, '000000');
  assertSuccess('logging in by phone', await client.logInByPhone(number, code));
  assertSuccess('asking again', await client.signUpByPhone(number));
}

function judge(size: number, plans: readonly QueryPlan[]): Check[] {
  const accounts = `${size.toLocaleString('en')} accounts`;
  const wrong = plans
    .filter((plan) => !isIndexed(plan))
    .map(({ query, plan, excess }) => `${query}: ${plan}, returned + ${excess}`);
  const runs = plans.reduce((sum, { count }) => sum + count, 0);
  const examined = Math.max(0, ...plans.map(({ excess }) => excess));
  const name = `of ${plans.length} queries (${runs} runs) with ${accounts}, no index scan or examined more than returned + 1`;
  const measured = [`${wrong.length}, at most returned + ${examined}`, ...wrong.slice(0, 6)];
  return [
    checkAtLeast(`queries seen with ${accounts}`, plans.length, FEWEST_QUERIES),
    { ...listNothing(name, wrong), measured: measured.join('; ') },
  ];
}

/**
 * Stores copies of what the program has stored: accounts, half with a username and half with a phone
 * number, and with each its preferences; with the first of them a session, a record, a message, a
 * reset token and a code, too.
 */
async function seedAccounts(database: Db, from: number, to: number): Promise<void> {
  const middle = Math.floor((from + to) / 2);
  const few = Math.min(to, OTHERS_AT_MOST);
  const copy = copier(database, from, to);
  const _id = { $toObjectId: NUMBERED_ID };
  const username = numbered('seeded-', '@example.com');
  const named = { active: true, phone_number: null };
  await copy('accounts', named, { _id, username }, { to: middle });
  // Another range than the one of this tool's own numbers.
  const phone_number = { country_code: '+91', phone_number: NUMBER };
  await copy('accounts', { active: true, username: '' }, { _id, phone_number }, { from: middle });

  const account_id = NUMBERED_ID;
  const secret = numbered('seeded-secret-');
  const created = { resource_type: 'accounts', action: 'create' };
  const session = { account_id, salt: secret, current_hash: secret };
  await copy('account_notification_preferences', { active: true }, { account_id });
  await copy('sessions', { revoked_at: null }, session, { to: few });
  await copy('audit_log', created, { resource_id: account_id, request_id: secret }, { to: few });
  await copy('notification_deliveries', { status: 'sent' }, { account_id }, { to: few });
  await copy('password_reset_tokens', {}, { account: _id, token_hash: secret }, { to: few });
  const otp = { phone_number, otp_hash: secret };
  await copy('otps', { status: 'SUCCESS' }, otp, { from: middle, to: few });
}

/** The identities of the same accounts. */
async function seedIdentities(database: Db, from: number, to: number): Promise<void> {
  const middle = Math.floor((from + to) / 2);
  const copy = copier(database, from, to);
  const account_id = NUMBERED_ID;
  const byName = { _id: numbered('username:seeded-', '@example.com'), account_id };
  await copy('account_identities', { kind: 'username' }, byName, { to: middle });
  const byNumber = { _id: { $concat: ['phone:+91', NUMBER] }, account_id };
  await copy('account_identities', { kind: 'phone' }, byNumber, { from: middle });
}

function copier(database: Db, from: number, to: number) {
  return async (
    collection: string,
    filter: Filter<Document>,
    fields: object,
    range: { readonly from?: number; readonly to?: number } = {},
  ): Promise<void> => {
    const pattern = await database.collection(collection).findOne(filter);
    if (pattern === null) {
      throw new Error(`The program has stored nothing in ${collection} that can be copied.`);
    }
    await storeCopies(database, { collection, pattern, fields, from, to, ...range });
  };
}
