import { encodeRequest, type RawHttp } from '../http/raw-request.ts';
import type { Bearer } from '../load/api-client.ts';
import type { HostileRequest } from './hostile-requests.ts';

/** As much as a body holds. */
const UNITS = 30_000;

/** Texts whose work grows faster than they do, or that grow themselves. */
const TEXTS: Readonly<Record<string, string>> = {
  'marks out of order': '\u0300'.repeat(UNITS / 2) + '\u0334'.repeat(UNITS / 2),
  'a letter that becomes eighteen': '\ufdfa'.repeat(20_000),
  digits: '9'.repeat(60_000),
  blanks: `a${' '.repeat(60_000)}a`,
  'parts of an address': `a@${'a.'.repeat(UNITS)}`,
};

/** Texts that a header or a path carries. */
const ASCII_TEXTS: Readonly<Record<string, string>> = {
  digits: '9'.repeat(12_000),
  'parts of an address': `a@${'a.'.repeat(6_000)}`,
};

type Route = Pick<RawHttp, 'method' | 'path' | 'headers'> & { readonly body?: object };

/** A costly text in place of each text that a route takes; all others as they should be. */
export function makeCostlyRequests(bearer: Bearer): HostileRequest[] {
  return [...withBodies(bearer), ...withHeads(bearer)];
}

const username = 'costly@example.com';
const password = 'analytical-engine-1843';

function routesOf({ accountId, token }: Bearer): readonly Route[] {
  const headers = { authorization: `Bearer ${token}` };
  const account = `/api/accounts/${accountId}`;
  const phone_number = { country_code: '+91', phone_number: '9999999999' };
  const names = { first_name: 'a', last_name: 'b' };
  const keys = { p256dh: 'a', auth: 'a' };
  const tasks = `${account}/tasks`;
  return [
    { method: 'POST', path: '/api/accounts', body: { ...names, username, password } },
    { method: 'POST', path: '/api/accounts', body: { phone_number } },
    { method: 'POST', path: '/api/access-tokens', body: { username, password } },
    { method: 'POST', path: '/api/access-tokens', body: { phone_number, otp_code: '123456' } },
    { method: 'POST', path: '/api/access-tokens', body: { refresh_token: 'a' } },
    { method: 'POST', path: '/api/password-reset-tokens', body: { username } },
    { method: 'PATCH', path: account, headers, body: names },
    { method: 'PATCH', path: account, headers, body: { current_password: 'a', new_password: 'b' } },
    { method: 'PATCH', path: account, body: { token: 'a', new_password: password } },
    {
      method: 'POST',
      path: `${account}/push-subscriptions`,
      headers,
      body: { endpoint: 'https://push.example.com/a', keys },
    },
    { method: 'POST', path: tasks, headers, body: { title: 'a', description: 'b' } },
    {
      method: 'PATCH',
      path: `${tasks}/64b000000000000000000001`,
      headers,
      body: { title: 'a', description: 'b' },
    },
  ];
}

function withBodies(bearer: Bearer): HostileRequest[] {
  return routesOf(bearer).flatMap((route) =>
    Object.entries(TEXTS).flatMap(([kind, text]) =>
      replaceEach(route.body ?? {}, text).map(([field, body]) =>
        describe(`${field}, ${kind}`, { ...route, body: JSON.stringify(body) }),
      ),
    ),
  );
}

function withHeads({ accountId, token }: Bearer): HostileRequest[] {
  const headers = { authorization: `Bearer ${token}` };
  const account = `/api/accounts/${accountId}`;
  const tasks = `${account}/tasks`;
  return Object.entries(ASCII_TEXTS).flatMap(([kind, text]) => [
    describe(`id, ${kind}`, { method: 'GET', path: `/api/accounts/${text}`, headers }),
    describe(`query, ${kind}`, { method: 'GET', path: `${tasks}?size=${text}`, headers }),
    describe(`query, ${kind}`, {
      method: 'GET',
      path: `${account}?include_notification_preferences=${text}`,
      headers,
    }),
    describe(`bearer, ${kind}`, {
      method: 'GET',
      path: account,
      headers: { authorization: `Bearer ${text}` },
    }),
    describe(`user-agent, ${kind}`, {
      method: 'POST',
      path: '/api/access-tokens',
      headers: { 'user-agent': text },
      body: JSON.stringify({ username, password }),
    }),
  ]);
}

/** The body once for each text in it, which another one takes the place of. */
function replaceEach(body: object, text: string): readonly (readonly [string, object])[] {
  return Object.entries(body).flatMap<readonly [string, object]>(
    ([name, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null
        ? replaceEach(value, text).map(
            ([field, part]) => [`${name}.${field}`, { ...body, [name]: part }] as const,
          )
        : [[name, { ...body, [name]: text }] as const],
  );
}

function describe(name: string, request: RawHttp): HostileRequest {
  return {
    name: `${request.method} ${request.path.slice(0, 40)}: ${name}`,
    bytes: encodeRequest(request),
  };
}
