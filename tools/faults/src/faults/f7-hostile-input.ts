import type { Db } from 'mongodb';

import { signUpAndLogIn, type Bearer } from '../load/api-client.ts';
import { checkProgram, checkThat, listNothing } from './check.ts';
import { longestLiveness, type Fault } from './fault.ts';
import { nameRequest, sendRaw, type NamedRequest, type RawHttp } from './raw-request.ts';

const ROUNDS = { quick: 2, full: 20 };
const PARALLEL = 4;
/** A hostile request may be recorded, and must not change anything else. */
const UNCHANGED = ['accounts', 'account_notification_preferences', 'sessions', 'otps'];

const RESETS = '/api/password-reset-tokens';
const DEPTH = 30_000;
/** A reset for a name that nobody can have is answered like any other. */
const TAKEN_BY_RESETS = 'an escaped NUL';

const BODIES: Readonly<Record<string, Buffer | string>> = {
  'an empty body': '',
  'half a JSON object': '{"username": "a',
  'garbage after the JSON': '{"username": "a", "password": "b"} x',
  'two JSON values': '{}{}',
  'invalid UTF-8': Buffer.from(
    '{"username": "\xc3\x28\xff", "password": "analytical-engine-1843", "first_name": "a", "last_name": "b"}',
    'latin1',
  ),
  'a NUL byte': '{"username": "a\0b"}',
  [TAKEN_BY_RESETS]:
    '{"username": "a\\u0000b", "password": "analytical-engine-1843", "first_name": "a\\u0000b", "last_name": "b"}',
  'a lone surrogate as a number': '{"username": \\ud800}',
  'arrays 30,000 deep': `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`,
  'objects 10,000 deep': `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
  'a number beyond all numbers': '{"username": 1e400, "password": 1e400, "token": 1e400}',
  NaN: '{"username": NaN}',
  __proto__: '{"__proto__": {"active": true}, "username": "a", "password": "b"}',
  'an escaped __proto__': '{"\\u005f_proto__": {"active": true}}',
  'constructor.prototype': '{"constructor": {"prototype": {"active": true}}}',
  'an array': '[]',
  'a string': '"username"',
  null: 'null',
  'a number': '1',
  'an operator for a name': '{"username": {"$gt": ""}, "password": {"$gt": ""}}',
  'an operator for a phone number': '{"phone_number": {"$ne": null}}',
  'an operator within a phone number':
    '{"phone_number": {"country_code": {"$gt": ""}, "phone_number": {"$gt": ""}}, "otp_code": {"$gt": ""}}',
  'an operator for a token': '{"token": {"$ne": ""}, "new_password": {"$ne": ""}}',
  'an operator for a refresh token': '{"refresh_token": {"$ne": ""}}',
  'an operator for a flag': '{"email_enabled": {"$ne": false}, "first_name": {"$ne": ""}}',
  'names that are arrays': '{"username": ["a"], "password": ["b"], "first_name": ["c"]}',
  'too many bytes': `{"username": "${'a'.repeat(100_000)}"}`,
};

const HOSTILE_IDS = [
  ...['%00', '%ff', 'null', '../accounts', '..%2f..%2fetc%2fpasswd', '64b0000000000000000000'],
  ...['64b00000000000000000000g', '64b000000000000000000001%00', '[object%20Object]'],
  ...['%7B%22$ne%22:null%7D', '9'.repeat(4_000)],
];
const TOKENS = [
  ...['', 'Bearer', 'Bearer ', 'Bearer a.b.c', 'Basic YTpi', `Bearer ${'a'.repeat(9_000)}`],
];
const MEDIA_TYPES = ['text/plain', 'application/xml', 'application/json; charset=utf-16', 'a'];

const POST = 'POST /api/accounts HTTP/1.1\r\nhost: a\r\n';
const GET = 'GET /api/ HTTP/1.1\r\nhost: a\r\n';

const RAW: Readonly<Record<string, string>> = {
  'no HTTP': 'nonsense\r\n\r\n',
  'an unknown method': 'STEAL /api/ HTTP/1.1\r\nhost: a\r\n\r\n',
  'no host': 'GET /api/ HTTP/1.1\r\n\r\n',
  'two lengths': `${POST}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
  'a length and chunks': `${POST}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  'a length that is no number': `${POST}content-length: many\r\n\r\n`,
  'a header of 20,000 bytes': `${GET}x-long: ${'a'.repeat(20_000)}\r\n\r\n`,
  'a URL of 20,000 bytes': `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`,
  'a NUL in a header': `${GET}x-nul: a\0b\r\n\r\n`,
};

export const hostileInput: Fault = {
  id: 'F7',
  title: 'hostile JSON, operators, odd ids and what is hardly HTTP',
  run: async (context) => {
    const { mode, stage, database } = context;
    const program = await stage.start({ role: 'api' });
    const { port } = program;
    const requests = makeHostileRequests(await signUpAndLogIn(stage.connect(program)));
    const before = await readAll(database);
    const quiet = await longestLiveness(port);
    const wrong: string[] = [];
    const busy = await longestLiveness(port, () =>
      context.rounds(ROUNDS, async () => {
        wrong.push(...(await attack(port, requests)));
      }),
    );
    const isUnchanged = before === (await readAll(database));
    const sent = requests.length * ROUNDS[mode];
    return [
      listNothing(`of ${sent} hostile requests, not answered with 4xx`, wrong),
      checkThat('documents', isUnchanged, isUnchanged ? 'unchanged' : 'changed', 'unchanged'),
      context.checkBlocked('attack', quiet, busy),
      ...checkProgram(program),
    ];
  },
};

/** Every hostile request to every route that takes such a thing. */
function makeHostileRequests({ accountId, token }: Bearer): NamedRequest[] {
  const headers = { authorization: `Bearer ${token}` };
  const account = `/api/accounts/${accountId}`;
  const routes: readonly RawHttp[] = [
    { method: 'POST', path: '/api/accounts' },
    { method: 'POST', path: '/api/access-tokens' },
    { method: 'POST', path: RESETS },
    { method: 'PATCH', path: account, headers },
    { method: 'PATCH', path: `${account}/notification-preferences`, headers },
  ];
  return [
    ...Object.entries(BODIES).flatMap(([name, body]) =>
      routes
        .filter(({ path }) => path !== RESETS || name !== TAKEN_BY_RESETS)
        .map((route) => nameRequest(name, { ...route, body })),
    ),
    ...HOSTILE_IDS.map((id) =>
      nameRequest('an odd id', { method: 'GET', path: `/api/accounts/${id}`, headers }),
    ),
    ...TOKENS.map((authorization) =>
      nameRequest('an odd token', { method: 'GET', path: account, headers: { authorization } }),
    ),
    ...MEDIA_TYPES.map((type) => {
      const odd = { headers: { 'content-type': type }, body: '{"username": 1}' };
      return nameRequest('an odd media type', { method: 'POST', path: '/api/accounts', ...odd });
    }),
    ...Object.entries(RAW).map(([name, text]) => ({ name, bytes: Buffer.from(text, 'latin1') })),
  ];
}

/** @returns those that were not refused, with what they were answered */
async function attack(port: number, requests: readonly NamedRequest[]): Promise<string[]> {
  const queue = [...requests];
  const wrong: string[] = [];
  const attackers = Array.from({ length: PARALLEL }, async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const status = await sendRaw(port, next.bytes);
      if (status === undefined || status < 400 || status >= 500) {
        wrong.push(`${next.name}: ${status ?? 'no answer'}`);
      }
    }
  });
  await Promise.all(attackers);
  return wrong;
}

async function readAll(database: Db): Promise<string> {
  // When a session was used last is no change.
  const projection = { last_used_at: 0, updated_at: 0 };
  const read = (name: string) => database.collection(name).find({}, { projection }).toArray();
  return JSON.stringify(await Promise.all(UNCHANGED.map(read)));
}
