import { signUpAndLogIn, type Bearer } from '../load/api-client.ts';
import { checkProgram, listNothing } from './check.ts';
import { longestLiveness, type Fault } from './fault.ts';
import { nameRequest, sendRaw, type NamedRequest } from './raw-request.ts';

const ROUNDS = { quick: 1, full: 5 };

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

const CREDENTIALS = { username: 'costly@example.com', password: 'analytical-engine-1843' };
const PHONE_NUMBER = { country_code: '+91', phone_number: '9999999999' };
const NAMES = { first_name: 'a', last_name: 'b' };

type Headers = Readonly<Record<string, string>>;
type Route = readonly [method: 'POST' | 'PATCH', path: string, body: object, headers?: Headers];

/** Texts that cost most for their bytes, in every field of every route, one request at a time. */
export const costlyTexts: Fault = {
  id: 'F13',
  title: 'texts that are costly to normalise, parse or match, in every field',
  run: async (context) => {
    const { stage } = context;
    const program = await stage.start({ role: 'api' });
    const { port } = program;
    const requests = makeCostlyRequests(await signUpAndLogIn(stage.connect(program)));
    const quiet = await longestLiveness(port);
    const slowest = new Map<string, number>();
    const unanswered: string[] = [];
    await context.rounds(ROUNDS, async () => {
      for (const { name, bytes } of requests) {
        const busy = await longestLiveness(port, async () => {
          const status = await sendRaw(port, bytes);
          if (status === undefined || status >= 500) {
            unanswered.push(`${name}: ${status ?? 'no answer'}`);
          }
        });
        // The least of all rounds: what a neighbour does to one of them is not the request's.
        slowest.set(name, Math.min(slowest.get(name) ?? Infinity, busy));
      }
    });
    const [name = '', busy = 0] = [...slowest].sort(([, one], [, other]) => other - one)[0] ?? [];
    const blocked = context.checkBlocked('attack', quiet, busy);
    return [
      listNothing(`of ${requests.length} requests, without a whole answer below 500`, unanswered),
      { ...blocked, measured: `${blocked.measured}; ${name}` },
      ...checkProgram(program),
    ];
  },
};

/** A costly text in place of each text that a route takes; all others as they should be. */
function makeCostlyRequests(bearer: Bearer): NamedRequest[] {
  const inBodies = Object.entries(TEXTS).flatMap(([kind, text]) =>
    routesOf(bearer).flatMap(([method, path, body, headers = {}]) =>
      replaceEach(body, text).map(([field, replaced]) => {
        const request = { method, path, headers, body: JSON.stringify(replaced) };
        return nameRequest(`${field}, ${kind}`, request);
      }),
    ),
  );
  const account = `/api/accounts/${bearer.accountId}`;
  const authorization = `Bearer ${bearer.token}`;
  const get = (name: string, path: string, headers: Headers = { authorization }) =>
    nameRequest(name, { method: 'GET', path, headers });
  const inHeads = Object.entries(ASCII_TEXTS).flatMap(([kind, text]) => [
    get(`id, ${kind}`, `/api/accounts/${text}`),
    get(`query, ${kind}`, `${account}/tasks?size=${text}`),
    get(`query, ${kind}`, `${account}?include_notification_preferences=${text}`),
    get(`bearer, ${kind}`, account, { authorization: `Bearer ${text}` }),
    nameRequest(`user-agent, ${kind}`, {
      method: 'POST',
      path: '/api/access-tokens',
      headers: { 'user-agent': text },
      body: JSON.stringify(CREDENTIALS),
    }),
  ]);
  return [...inBodies, ...inHeads];
}

function routesOf({ accountId, token }: Bearer): readonly Route[] {
  const { username, password } = CREDENTIALS;
  const account = `/api/accounts/${accountId}`;
  const owner = { authorization: `Bearer ${token}` };
  const subscription = { endpoint: 'https://push.example.com/a', keys: { p256dh: 'a', auth: 'a' } };
  const task = { title: 'a', description: 'b' };
  return [
    ['POST', '/api/accounts', { ...NAMES, ...CREDENTIALS }],
    ['POST', '/api/accounts', { phone_number: PHONE_NUMBER }],
    ['POST', '/api/access-tokens', CREDENTIALS],
    ['POST', '/api/access-tokens', { phone_number: PHONE_NUMBER, otp_code: '123456' }],
    ['POST', '/api/access-tokens', { refresh_token: 'a' }],
    ['POST', '/api/password-reset-tokens', { username }],
    ['PATCH', account, { token: 'a', new_password: password }],
    ['PATCH', account, NAMES, owner],
    ['PATCH', account, { current_password: 'a', new_password: 'b' }, owner],
    ['POST', `${account}/push-subscriptions`, subscription, owner],
    ['POST', `${account}/tasks`, task, owner],
    ['PATCH', `${account}/tasks/64b000000000000000000001`, task, owner],
  ];
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
