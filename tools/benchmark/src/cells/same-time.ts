import { ObjectId } from 'mongodb';

import { insertAccounts, PASSWORD, usernameOf } from '../data/people.ts';
import { interleave } from '../interleave.ts';
import type { RunningServer, ServerRequest } from '../servers/running-server.ts';
import { DEPLOYED } from '../servers/server-definition.ts';
import type { Cell, CellContext } from './cell.ts';

/** Requests that are to take the same time; the first is what the others are held against. */
interface Group {
  readonly name: string;
  readonly status: number;
  readonly cases: readonly { readonly label: string; readonly request: ServerRequest }[];
}

const NAME = 'same time';
const WARM_UP_ROUNDS = 3;
const SAMPLES = { quick: 20, full: 200 };

const DELETED = 'deleted@example.com';
const UNKNOWN = 'unknown@example.com';
const PHONE_ONLY = { country_code: '+91', phone_number: '9700000001' };

/** Passwords of odd sizes and kinds, which cost the same whether or not the name is known. */
const ODD_PASSWORDS: Readonly<Record<string, string>> = {
  'an empty password': '',
  'a password of 128 characters': 'é'.repeat(128),
  'a password of many marks': `a${'\u0300'.repeat(120)}${'\u0334'.repeat(120)}`,
  'a password that grows': '\ufdfa'.repeat(128),
  'a password of 60 KB': '\u0300'.repeat(15_000) + '\u0334'.repeat(15_000),
};

const GROUPS: readonly Group[] = [
  {
    name: 'login',
    status: 401,
    cases: [
      { label: 'unknown user', request: requestLogin(UNKNOWN) },
      { label: 'wrong password', request: requestLogin(usernameOf(0)) },
      { label: 'deleted account', request: requestLogin(DELETED) },
      // It has no username; its number is the nearest thing to one.
      {
        label: 'phone-only account',
        request: requestLogin(`${PHONE_ONLY.country_code}${PHONE_ONLY.phone_number}`),
      },
      { label: 'empty username', request: requestLogin('') },
    ],
  },
  ...Object.entries(ODD_PASSWORDS).map(([name, password]) => ({
    name: `login with ${name}`,
    status: 401,
    cases: [
      { label: 'unknown user', request: requestLogin(UNKNOWN, password) },
      { label: 'known user', request: requestLogin(usernameOf(0), password) },
    ],
  })),
  {
    name: 'password reset',
    status: 201,
    cases: [
      { label: 'unknown username', request: requestReset(UNKNOWN) },
      { label: 'known username', request: requestReset(usernameOf(0)) },
    ],
  },
];

/** Answers that must not tell by their time whether there is such an account. */
export const sameTime: Cell = {
  name: NAME,
  measure: async (context) => {
    const server = await context.bench.start(DEPLOYED.program);
    try {
      await insertSpecialAccounts(context);
      const comparisons = [];
      for (const group of GROUPS) {
        comparisons.push(...(await compareGroup(group, server, context)));
      }
      return comparisons;
    } finally {
      await server.kill();
    }
  },
};

async function compareGroup(
  { name, status, cases }: Group,
  server: RunningServer,
  { mode, report }: CellContext,
) {
  const samples = SAMPLES[mode];
  report(`${name}: ${samples} samples of each of ${cases.length} cases, interleaved`);
  const count = WARM_UP_ROUNDS + samples;
  const rounds = { atMost: count, atLeast: count, within: 0 };
  const times = await interleave(cases, rounds, async ({ request }) => {
    const before = performance.now();
    await server.request(request, status);
    return performance.now() - before;
  });
  const [base, ...others] = cases.map((one) => ({
    label: one.label,
    samples: (times.get(one) ?? []).slice(WARM_UP_ROUNDS),
  }));
  return others.map(({ label, samples: measured }) => ({
    name: `${NAME}, ${name}, ${label}`,
    unit: 'ms',
    measured,
    base: base ?? { label: '', samples: [] },
  }));
}

async function insertSpecialAccounts({ bench, data: { pattern } }: CellContext): Promise<void> {
  const deleted = { username: DELETED, active: false, deleted_at: new Date() };
  const ofPhone = { phone_number: PHONE_ONLY, phone_number_proved: true };
  const phoneOnly = { username: '', hashed_password: '', ...ofPhone };
  await insertAccounts(bench.database('program'), [
    { ...pattern, ...deleted, _id: new ObjectId() },
    { ...pattern, ...phoneOnly, _id: new ObjectId() },
  ]);
}

function requestLogin(username: string, password = `not ${PASSWORD}`): ServerRequest {
  const body = { username, password };
  return { method: 'POST', path: '/api/access-tokens', body };
}

function requestReset(username: string): ServerRequest {
  return { method: 'POST', path: '/api/password-reset-tokens', body: { username } };
}
