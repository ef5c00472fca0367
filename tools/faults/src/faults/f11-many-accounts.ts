import { ApiClient } from '../load/api-client.ts';
import { readTokens } from '../load/answers.ts';
import { countUnfinished, untilDrained } from '../load/drain.ts';
import { makeCredentials, makePhoneNumber, PASSWORD, toE164 } from '../load/identities.ts';
import { assertSuccess, signUpAndLogIn } from '../load/people.ts';
import { readCode, readResetToken } from '../load/secrets.ts';
import type { Stage } from '../stage/stage.ts';
import { checkAtLeast, checkCount, type Check } from './check.ts';
import { byMode, type Fault } from './fault.ts';
import {
  isIndexed,
  startProfiling,
  stopProfiling,
  summarizePlans,
  type ProfiledOperation,
  type QueryPlan,
} from './profile.ts';
import { seedAccounts } from './seed-accounts.ts';

const SIZES = { quick: [1_000, 10_000], full: [1_000, 100_000, 1_000_000] };
const JOURNEYS = 3;
const DRAIN_LIMIT_MILLISECONDS = 60_000;
/** The plans of a journey are of at least so many different queries. */
const FEWEST_QUERIES = 10;
const SHOWN = 6;

export const manyAccounts: Fault = {
  id: 'F11',
  title: 'many accounts: what the server examines for each query',
  run: async ({ mode, stage, progress }) => {
    const sizes = byMode(mode, SIZES);
    const largest = Math.max(...sizes);
    const database = stage.databaseServer.database();
    const { port } = await stage.start({ role: 'all' });
    const client = new ApiClient(port);
    const checks: Check[] = [];
    let stored = 0;
    for (const size of sizes) {
      await seedAccounts(database, { from: stored, to: size }, (done) => progress(done, largest));
      stored = size;
      checks.push(...judge(size, await profileJourneys(stage, client)));
    }
    client.close();
    return checks;
  },
};

/** Everything that a client can do, and what workers do for it. */
async function profileJourneys(
  stage: Stage,
  client: ApiClient,
): Promise<readonly ProfiledOperation[]> {
  const database = stage.databaseServer.database();
  await startProfiling(database);
  for (let journey = 0; journey < JOURNEYS; journey += 1) {
    await goByPassword(stage, client);
    await goByPhone(stage, client);
  }
  if ((await countUnfinished(database)) > 0) {
    await untilDrained(database, DRAIN_LIMIT_MILLISECONDS);
  }
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
  assertSuccess('listing sessions', await client.listSessions(readTokens(refreshed)));
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

function judge(accounts: number, operations: readonly ProfiledOperation[]): Check[] {
  const plans = summarizePlans(operations);
  const wrong = plans.filter((plan) => !isIndexed(plan));
  const count = plans.reduce((sum, plan) => sum + plan.count, 0);
  const examined = Math.max(0, ...plans.map(({ excess }) => excess));
  const name = `of ${plans.length} queries (${count} runs) with ${accounts.toLocaleString('en')} accounts`;
  return [
    checkAtLeast(
      `queries seen with ${accounts.toLocaleString('en')} accounts`,
      plans.length,
      FEWEST_QUERIES,
    ),
    {
      ...checkCount(`${name}, no index scan or examined more than returned + 1`, wrong.length, 0),
      measured: [
        `${wrong.length}, at most returned + ${examined}`,
        ...wrong.slice(0, SHOWN).map(describe),
      ].join('; '),
    },
  ];
}

function describe({ query, plan, excess }: QueryPlan): string {
  return `${query}: ${plan}, returned + ${excess}`;
}
