import { encodeRequest, type RawHttp } from '../http/raw-request.ts';
import type { Bearer } from '../load/api-client.ts';

/** A request that must be refused by the client's fault, 4xx. */
export interface HostileRequest {
  readonly name: string;
  readonly bytes: Buffer;
}

const RESETS = '/api/password-reset-tokens';
/** A reset for a name that nobody can have is answered like any other. */
const TAKEN_BY_RESETS = new Set(['an escaped NUL']);

const DEPTH = 30_000;
const LONG = 100_000;

/** Bodies that no route takes. */
const BODIES: Readonly<Record<string, Buffer | string>> = {
  'an empty body': '',
  'half a JSON object': '{"username": "a',
  'garbage after the JSON': '{"username": "a", "password": "b"} x',
  'two JSON values': '{}{}',
  'invalid UTF-8': Buffer.concat([
    Buffer.from('{"username": "'),
    Buffer.from([0xc3, 0x28, 0xff]),
    Buffer.from('", "password": "analytical-engine-1843", "first_name": "a", "last_name": "b"}'),
  ]),
  'a NUL byte': '{"username": "a\0b"}',
  'an escaped NUL':
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
  'too many bytes': `{"username": "${'a'.repeat(LONG)}"}`,
};

const HOSTILE_IDS: readonly string[] = [
  '%00',
  '%ff',
  'null',
  '../accounts',
  '..%2f..%2fetc%2fpasswd',
  '64b0000000000000000000',
  '64b00000000000000000000g',
  '64b000000000000000000001%00',
  '[object%20Object]',
  '%7B%22$ne%22:null%7D',
  '9'.repeat(4_000),
];

/** Requests that are hardly HTTP. */
const RAW: Readonly<Record<string, string>> = {
  'no HTTP': 'nonsense\r\n\r\n',
  'an unknown method': 'STEAL /api/ HTTP/1.1\r\nhost: a\r\n\r\n',
  'no host': 'GET /api/ HTTP/1.1\r\n\r\n',
  'two lengths':
    'POST /api/accounts HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}',
  'a length and chunks':
    'POST /api/accounts HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  'a length that is no number':
    'POST /api/accounts HTTP/1.1\r\nhost: a\r\ncontent-length: many\r\n\r\n',
  'a header of 20,000 bytes': `GET /api/ HTTP/1.1\r\nhost: a\r\nx-long: ${'a'.repeat(20_000)}\r\n\r\n`,
  'a URL of 20,000 bytes': `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`,
  'a NUL in a header': 'GET /api/ HTTP/1.1\r\nhost: a\r\nx-nul: a\0b\r\n\r\n',
};

/** Every hostile request to every route that takes such a thing. */
export function makeHostileRequests({ accountId, token }: Bearer): HostileRequest[] {
  const bearer = { authorization: `Bearer ${token}` };
  const account = `/api/accounts/${accountId}`;
  const routes: readonly Pick<RawHttp, 'method' | 'path' | 'headers'>[] = [
    { method: 'POST', path: '/api/accounts' },
    { method: 'POST', path: '/api/access-tokens' },
    { method: 'POST', path: RESETS },
    { method: 'PATCH', path: account, headers: bearer },
    { method: 'PATCH', path: `${account}/notification-preferences`, headers: bearer },
  ];
  const bodies = Object.entries(BODIES).flatMap(([name, body]) =>
    routes
      .filter(({ path }) => path !== RESETS || !TAKEN_BY_RESETS.has(name))
      .map((route) => describe(name, { ...route, body })),
  );
  const ids = HOSTILE_IDS.map((id) =>
    describe('an odd id', { method: 'GET', path: `/api/accounts/${id}`, headers: bearer }),
  );
  const tokens = [
    '',
    'Bearer',
    'Bearer ',
    'Bearer a.b.c',
    'Basic YTpi',
    `Bearer ${'a'.repeat(9_000)}`,
  ];
  const headers = tokens.map((authorization) =>
    describe('an odd token', { method: 'GET', path: account, headers: { authorization } }),
  );
  const types = ['text/plain', 'application/xml', 'application/json; charset=utf-16', 'a'].map(
    (type) =>
      describe('an odd media type', {
        method: 'POST',
        path: '/api/accounts',
        headers: { 'content-type': type },
        body: '{"username": 1}',
      }),
  );
  const raw = Object.entries(RAW).map(([name, text]) => ({
    name,
    bytes: Buffer.from(text, 'latin1'),
  }));
  return [...bodies, ...ids, ...headers, ...types, ...raw];
}

function describe(name: string, request: RawHttp): HostileRequest {
  return {
    name: `${request.method} ${request.path.slice(0, 40)}: ${name}`,
    bytes: encodeRequest(request),
  };
}
