import type { Bearer } from '../load/api-client.ts';
import { nameRequest, type HostileRequest } from './hostile-requests.ts';

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

const credentials = { username: 'costly@example.com', password: 'analytical-engine-1843' };

interface Route {
  readonly method: 'POST' | 'PATCH';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

/** A costly text in place of each text that a route takes; all others as they should be. */
export function makeCostlyRequests(bearer: Bearer): HostileRequest[] {
  const withBodies = routesOf(bearer).flatMap((route) =>
    Object.entries(TEXTS).flatMap(([kind, text]) =>
      replaceEach(route.body, text).map(([field, body]) =>
        nameRequest(`${field}, ${kind}`, { ...route, body: JSON.stringify(body) }),
      ),
    ),
  );
  return [...withBodies, ...makeCostlyHeads(bearer)];
}

function routesOf({ accountId, token }: Bearer): readonly Route[] {
  const headers = { authorization: `Bearer ${token}` };
  const account = `/api/accounts/${accountId}`;
  const phone_number = { country_code: '+91', phone_number: '9999999999' };
  const names = { first_name: 'a', last_name: 'b' };
  const subscription = { endpoint: 'https://push.example.com/a', keys: { p256dh: 'a', auth: 'a' } };
  const task = { title: 'a', description: 'b' };
  const reset = { token: 'a', new_password: credentials.password };
  const post = (path: string, ...bodies: readonly object[]): Route[] =>
    bodies.map((body) => ({ method: 'POST', path, body }));
  const patch = (path: string, ...bodies: readonly object[]): Route[] =>
    bodies.map((body) => ({ method: 'PATCH', path, body }));
  return [
    ...post('/api/accounts', { ...names, ...credentials }, { phone_number }),
    ...post('/api/access-tokens', credentials, { phone_number, otp_code: '123456' }),
    ...post('/api/access-tokens', { refresh_token: 'a' }),
    ...post('/api/password-reset-tokens', { username: credentials.username }),
    ...patch(account, reset),
    ...[
      ...patch(account, names, { current_password: 'a', new_password: 'b' }),
      ...post(`${account}/push-subscriptions`, subscription),
      ...post(`${account}/tasks`, task),
      ...patch(`${account}/tasks/64b000000000000000000001`, task),
    ].map((route) => ({ ...route, headers })),
  ];
}

function makeCostlyHeads({ accountId, token }: Bearer): HostileRequest[] {
  const authorization = `Bearer ${token}`;
  const account = `/api/accounts/${accountId}`;
  const get = (name: string, path: string, headers: Record<string, string> = { authorization }) =>
    nameRequest(name, { method: 'GET', path, headers });
  return Object.entries(ASCII_TEXTS).flatMap(([kind, text]) => [
    get(`id, ${kind}`, `/api/accounts/${text}`),
    get(`query, ${kind}`, `${account}/tasks?size=${text}`),
    get(`query, ${kind}`, `${account}?include_notification_preferences=${text}`),
    get(`bearer, ${kind}`, account, { authorization: `Bearer ${text}` }),
    nameRequest(`user-agent, ${kind}`, {
      method: 'POST',
      path: '/api/access-tokens',
      headers: { 'user-agent': text },
      body: JSON.stringify(credentials),
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
