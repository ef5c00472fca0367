import { isAnswer, isSuccess, readCode, readResetToken, type ByMode } from '@org/harness';

import { unless } from '../invariants/findings.ts';
import {
  assertSuccess,
  makeCredentials,
  makePhoneNumber,
  PASSWORD,
  readId,
  readTokens,
  signUpAndLogIn,
  toE164,
} from '../load/api-client.ts';
import { everybody, PARALLEL, race, type Arena, type Race } from './arena.ts';
import { checkThat } from './check.ts';
import { CONTACT_RACES } from './contact-races.ts';
import type { Fault } from './fault.ts';

const ROUNDS = { quick: 2, full: 50 };
/** Sign-ups are cheap to lose, and were once lost in one round of a hundred. */
const SIGN_UPS = { quick: 3, full: 100 };
const RACES: Readonly<Record<string, readonly [Race, ByMode]>> = {
  '50 sign-ups of one name in variants: one account, the others 409': [signUp, SIGN_UPS],
  '50 sign-ups by one phone number: one account, every answer names it': [signUpByPhone, SIGN_UPS],
  '100 wrong codes and one right: at most 5 looked at, no 5xx': [guessCode, ROUNDS],
  '50 uses of one code: one success, the others 400': [useCode, ROUNDS],
  '50 uses of one reset token: one success, the others 400, one password logs in': [reset, ROUNDS],
  '50 refreshes with one token: one family, one successor, every token works': [refresh, ROUNDS],
  ...CONTACT_RACES,
};

export const races: Fault = {
  id: 'F5',
  title: '50 parallel sign-ups, one-time passwords, resets and refreshes over two processes',
  run: async (context) => {
    const { stage, mode } = context;
    const [first, second] = await Promise.all([
      stage.start({ role: 'api' }),
      stage.start({ role: 'api' }),
      stage.start({ role: 'worker' }),
    ]);
    const arena: Arena = { context, clients: [stage.connect(first), stage.connect(second)] };
    const runs = Object.entries(RACES).flatMap(([name, [run, rounds]]) =>
      Array.from({ length: rounds[mode] }, () => ({ name, run })),
    );
    const results = await context.each(runs, async ({ name, run }) => ({
      name,
      problem: await run(arena),
    }));
    const byName = Map.groupBy(results, ({ name }) => name);
    const checks = [...byName].map(([name, rounds]) => {
      const problems = rounds.flatMap(({ problem }) => problem ?? []);
      const example = problems[0] === undefined ? '' : ` (${problems[0]})`;
      const measured = `${rounds.length - problems.length} of ${rounds.length} rounds${example}`;
      return checkThat(name, problems.length === 0, measured, 'every round');
    });
    return [...checks, await context.checkInvariants()];
  },
};

/** The same name to anybody who reads it: in another case, in full width, with blanks around it. */
const VARIANTS: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toUpperCase(),
  (name) => ` ${name} `,
  (name) => name.replace('u', '\uFF55'),
  (name) => name.toUpperCase().replace('U', '\uFF35'),
];

async function signUp(arena: Arena): Promise<string | undefined> {
  const { username } = makeCredentials();
  const tally = await race(arena, everybody, (client, index) => {
    const vary = VARIANTS[index % VARIANTS.length] ?? String;
    return client.signUp({ username: vary(username), password: PASSWORD });
  });
  return unless(tally.count(201) === 1 && tally.countOthers(201, 409) === 0, String(tally));
}

async function signUpByPhone(arena: Arena): Promise<string | undefined> {
  const number = makePhoneNumber();
  const tally = await race(arena, everybody, (client) => client.signUpByPhone(number));
  const ids = new Set(tally.outcomes.filter(isSuccess).map(readId));
  const stored = await arena.context.database
    .collection('accounts')
    .countDocuments({ 'phone_number.phone_number': number.phone_number });
  return unless(
    tally.countOthers(201) === 0 && ids.size === 1 && stored === 1,
    `${String(tally)}, ${ids.size} ids, ${stored} accounts`,
  );
}

async function guessCode(arena: Arena): Promise<string | undefined> {
  const { number, code } = await requestCode(arena);
  const codes = [...makeWrongCodes(code, 100), code];
  const tally = await race(arena, codes, (client, each) => client.logInByPhone(number, each));
  const otps = arena.context.database.collection('otps');
  const otp = await otps.findOne({ 'phone_number.phone_number': number.phone_number });
  const attempts = Number(otp?.['attempts']);
  return unless(
    attempts <= 5 && tally.count(201) <= 1 && tally.countOthers(201, 400) === 0,
    `${attempts} tries counted; ${String(tally)}`,
  );
}

async function useCode(arena: Arena): Promise<string | undefined> {
  const { number, code } = await requestCode(arena);
  const tally = await race(arena, everybody, (client) => client.logInByPhone(number, code));
  const codes = tally.outcomes
    .filter(isAnswer)
    .map(({ body }) => (body as { code?: unknown }).code);
  const refused = codes.filter((each) => each === 'OTP_ERR_01' || each === 'OTP_ERR_02').length;
  return unless(tally.count(201) === 1 && refused === PARALLEL - 1, String(tally));
}

/** Codes that are as long as the right one, and different. */
export function makeWrongCodes(right: string, count: number): string[] {
  const { length } = right;
  return Array.from({ length: count }, (_, index) =>
    String((Number(right) + index + 1) % 10 ** length).padStart(length, '0'),
  );
}

async function requestCode({ clients, context }: Arena) {
  const number = makePhoneNumber();
  assertSuccess('signing up by phone', await clients[0].signUpByPhone(number));
  return { number, code: await readCode(context.stage.sms, toE164(number)) };
}

async function reset(arena: Arena): Promise<string | undefined> {
  const [client] = arena.clients;
  const { accountId, credentials } = await signUpAndLogIn(client);
  const { username } = credentials;
  assertSuccess('asking for a reset', await client.requestPasswordReset(username));
  const token = await readResetToken(arena.context.stage.email, username);
  const passwords = everybody.map((index) => `${PASSWORD}-${index}`);
  const tally = await race(arena, passwords, (each, password) =>
    each.resetPassword(accountId, token, password),
  );
  const logins = await race(arena, passwords, (each, password) =>
    each.logIn({ username, password }),
  );
  const working = logins.count(201);
  return unless(
    tally.count(200) === 1 && tally.count(400) === PARALLEL - 1 && working === 1,
    `${String(tally)}, ${working} passwords log in`,
  );
}

async function refresh(arena: Arena): Promise<string | undefined> {
  const { accountId, refreshToken } = await signUpAndLogIn(arena.clients[0]);
  const tally = await race(arena, everybody, (client) => client.refresh(refreshToken));
  const tokens = tally.outcomes.filter(isSuccess).map(readTokens);
  const successors = new Set(tokens.map((each) => each.refreshToken));
  const uses = await race(arena, tokens, (client, each) => client.readAccount(each));
  const live = { account_id: accountId, revoked_at: null };
  const sessions = await arena.context.database.collection('sessions').countDocuments(live);
  const isOneFamily = successors.size === 1 && sessions === 1;
  return unless(
    isOneFamily && tally.count(201) === PARALLEL && uses.countOthers(200) === 0,
    `${String(tally)}, ${successors.size} successors, uses ${String(uses)}, ${sessions} sessions`,
  );
}
