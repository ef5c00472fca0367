import type { ServerProgram, ServerRequest } from '@org/harness';
import { ObjectId } from 'mongodb';

import { DEPLOYED } from '../bench.ts';
import { interleave, type Comparison } from '../comparison.ts';
import { PASSWORD, requestLogin, requestReset, usernameOf } from '../data/people.ts';
import type { Cell, CellContext } from './cell.ts';

/** Requests that are to take the same time; the first is what the others are held against. */
interface Group {
  readonly name: string;
  readonly status: number;
  readonly cases: readonly (readonly [label: string, request: ServerRequest])[];
}

const NAME = 'same time';
const WARM_UP_ROUNDS = 3;
const SAMPLES = { quick: 20, full: 200 };

const WRONG = `not ${PASSWORD}`;
const DELETED = 'deleted@example.com';
const UNKNOWN = 'unknown@example.com';
/** Of an account that has proved it. */
const PROVED = 'proved@example.com';
const PHONE_ONLY = { country_code: '+91', phone_number: '9700000001' };

/** Passwords of odd sizes and kinds, which cost the same whether or not the name is known. */
const ODD_PASSWORDS: Readonly<Record<string, string>> = {
  'an empty password': '',
  'a password of 128 characters': 'é'.repeat(128),
  'a password of many marks': `a${'\u0300'.repeat(120)}${'\u0334'.repeat(120)}`,
  'a password that grows': '\ufdfa'.repeat(128),
  'a password of 60 KB': '\u0300'.repeat(15_000) + '\u0334'.repeat(15_000),
};

/** Forms with an e-mail address, which is added. */
const EMAIL_FORMS = {
  'login by e-mail and password': {
    status: 401,
    path: '/api/access-tokens',
    fields: { password: WRONG },
  },
  'login by e-mail and code': {
    status: 400,
    path: '/api/access-tokens',
    fields: { email_code: '000000' },
  },
  'code by e-mail': { status: 201, path: '/api/email-codes', fields: {} },
  'password reset by e-mail': { status: 201, path: '/api/password-reset-tokens', fields: {} },
  'sign-up by e-mail': { status: 202, path: '/api/accounts', fields: { password: PASSWORD } },
} as const;

const GROUPS: readonly Group[] = [
  {
    name: 'login',
    status: 401,
    cases: [
      ['unknown user', requestLogin(UNKNOWN, WRONG)],
      ['wrong password', requestLogin(usernameOf(0), WRONG)],
      ['deleted account', requestLogin(DELETED, WRONG)],
      // It has no username; its number is the nearest thing to one.
      ['phone-only account', requestLogin(Object.values(PHONE_ONLY).join(''), WRONG)],
      ['empty username', requestLogin('', WRONG)],
    ],
  },
  ...Object.entries(ODD_PASSWORDS).map(([name, password]): Group => ({
    name: `login with ${name}`,
    status: 401,
    cases: [
      ['unknown user', requestLogin(UNKNOWN, password)],
      ['known user', requestLogin(usernameOf(0), password)],
    ],
  })),
  {
    name: 'password reset',
    status: 201,
    cases: [
      ['unknown username', requestReset(UNKNOWN)],
      ['known username', requestReset(usernameOf(0))],
    ],
  },
  ...Object.entries(EMAIL_FORMS).map(([name, { status, path, fields }]): Group => ({
    name,
    status,
    cases: [
      ['unknown address', { method: 'POST', path, body: { ...fields, email: UNKNOWN } }],
      ['known address', { method: 'POST', path, body: { ...fields, email: PROVED } }],
    ],
  })),
];

/** Answers that must not tell by their time whether there is such an account. */
export const sameTime: Cell = {
  name: NAME,
  measure: async (context) => {
    const { bench, pattern } = context;
    const server = await bench.start(DEPLOYED.program);
    const deleted = { username: DELETED, active: false, deleted_at: new Date() };
    const ofPhone = { phone_number: PHONE_ONLY, phone_number_proved: true };
    const phoneOnly = { username: '', hashed_password: '', ...ofPhone };
    const proved = { username: '', email: PROVED, email_verified: true, _id: new ObjectId() };
    const database = bench.database('program');
    await database.collection('accounts').insertMany([
      { ...pattern, ...deleted, _id: new ObjectId() },
      { ...pattern, ...phoneOnly, _id: new ObjectId() },
      { ...pattern, ...proved },
    ]);
    const now = new Date();
    await database.collection<{ readonly _id: string }>('account_identities').insertOne({
      _id: `email:${PROVED}`,
      ...{ account_id: proved._id.toHexString(), kind: 'email', value: PROVED },
      ...{ verified_at: now, created_at: now, updated_at: now },
    });
    const comparisons: Comparison[] = [];
    for (const group of GROUPS) {
      comparisons.push(...(await compareGroup(group, server, context)));
    }
    return comparisons;
  },
};

async function compareGroup(
  { name, status, cases }: Group,
  server: ServerProgram,
  { mode, report }: CellContext,
): Promise<Comparison[]> {
  const samples = SAMPLES[mode];
  report(`${name}: ${samples} samples of each of ${cases.length} cases, interleaved`);
  const count = WARM_UP_ROUNDS + samples;
  const rounds = { atMost: count, atLeast: count, within: 0 };
  const times = await interleave(cases, rounds, async ([, request]) => {
    const before = performance.now();
    await server.request(request, status);
    return performance.now() - before;
  });
  const [base = { label: '', samples: [] }, ...others] = [...times].map(([[label], all]) => ({
    label,
    samples: all.slice(WARM_UP_ROUNDS),
  }));
  return others.map(({ label, samples: measured }) => ({
    name: `${NAME}, ${name}, ${label}`,
    unit: 'ms',
    measured,
    base,
  }));
}
