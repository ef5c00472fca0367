import { readCode, readResetToken } from '@org/harness';

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
import { untilDrained } from './queues.ts';
import { seedAccounts } from './seed-accounts.ts';

const SIZES = { quick: [1_000, 10_000], full: [1_000, 100_000, 1_000_000] };
const JOURNEYS = 3;
const DRAIN_LIMIT_MILLISECONDS = 60_000;
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
    await untilDrained(database, DRAIN_LIMIT_MILLISECONDS);
    let stored = 0;
    const checks = await context.each(SIZES[mode], async (size) => {
      await seedAccounts(database, stored, size);
      stored = size;
      return judge(size, await profileJourneys(context, client));
    });
    return checks.flat();
  },
};

async function profileJourneys(
  { stage, database }: FaultContext,
  client: ApiClient,
): Promise<readonly QueryPlan[]> {
  await startProfiling(database);
  for (let journey = 0; journey < JOURNEYS; journey += 1) {
    await goByPassword(stage, client);
    await goByPhone(stage, client);
  }
  await untilDrained(database, DRAIN_LIMIT_MILLISECONDS);
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
