import { fetchJson, MailSink, type JsonAnswer } from '@org/harness';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ada, get, post, signUpAndLogIn } from './client.ts';
import { onThrowawayDatabase, Program } from './program.ts';

let mail: MailSink;
let mongodb: MongoClient;
let programs: Program[] = [];
/** Of two processes at one database. */
let apis: string[];
let keys = 0;

beforeAll(async () => {
  mail = await MailSink.open();
  const environment = {
    ...onThrowawayDatabase(),
    ...mail.settings,
    WEB_APP_URL: 'https://app.example.com',
    RATE_LIMITS: 'on',
  };
  mongodb = new MongoClient(environment.MONGODB_URI);
  programs = [Program.run(environment), Program.run(environment)];
  apis = (await Promise.all(programs.map((program) => program.ready()))).map(
    (address) => `${address}/api`,
  );
});
afterAll(async () => {
  await Promise.all(programs.map((program) => program.stop()));
  await mongodb.db().dropDatabase();
  await mongodb.close();
  await mail.close();
});

function newKey(): string {
  keys += 1;
  return `key-${keys}`;
}

interface SendOptions {
  readonly key: string;
  /** Index of the process. Default: the first. */
  readonly api?: number;
  readonly token?: string;
}

function send(path: string, body: unknown, { key, api = 0, token }: SendOptions) {
  const headers = { 'idempotency-key': key };
  return fetchJson('POST', `${apis[api]}${path}`, { body, headers, token });
}

function isReplayed({ headers }: JsonAnswer): boolean {
  return headers.get('idempotency-replayed') === 'true';
}

describe('a request that is sent again with its Idempotency-Key', () => {
  it('makes one account, through either process, and consumes no further budget', async () => {
    const key = newKey();
    const user = { ...ada, username: 'ada-1' };
    const first = await send('/accounts', user, { key });
    expect(first).toMatchObject({ status: 201, body: { username: 'ada-1' } });

    // 20 sign-ups an hour would be allowed.
    for (let time = 0; time < 25; time += 1) {
      const again = await send('/accounts', user, { key, api: time % 2 });
      expect(again).toMatchObject({ status: 201, body: first.body });
      expect(isReplayed(again)).toBe(true);
    }
    expect(await mongodb.db().collection('accounts').countDocuments({ username: 'ada-1' })).toBe(1);
    expect(await post(`${apis[0]}/accounts`, user)).toMatchObject({ status: 409 });
  });

  it('makes one account of many requests at once, and tells the others to come again', async () => {
    const key = newKey();
    const user = { ...ada, username: 'ada-2' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, time) => send('/accounts', user, { key, api: time % 2 })),
    );
    for (const answer of answers) {
      expect([201, 409]).toContain(answer.status);
      if (answer.status === 409) {
        expect(answer.body).toMatchObject({ code: 'REQUEST_ERR_409' });
        expect(answer.headers.get('retry-after')).toBe('1');
      }
    }
    expect(answers.filter((each) => each.status === 201 && !isReplayed(each))).toHaveLength(1);
    expect(await send('/accounts', user, { key })).toMatchObject({ status: 201 });
  });

  it('sends one mail to reset a password', async () => {
    const username = 'ada-3@example.com';
    await signUpAndLogIn(apis[0]!, username);
    const key = newKey();

    const first = await send('/password-reset-tokens', { username }, { key });
    // Three an hour would be allowed.
    for (let time = 0; time < 5; time += 1) {
      const again = await send('/password-reset-tokens', { username }, { key, api: time % 2 });
      expect(again).toMatchObject({ status: 201, body: first.body });
    }
    const links = () => mail.takenBy(username).filter(({ text }) => /reset_password/.test(text));
    await expect.poll(() => links().length).toBe(1);
    expect(await mongodb.db().collection('password_reset_tokens').countDocuments()).toBe(1);
  });

  it('sends one code to log in', async () => {
    const key = newKey();
    const body = { email: 'ada-4@example.com' };
    const first = await send('/email-codes', body, { key });

    expect(first.status).toBe(201);
    expect(await send('/email-codes', body, { key, api: 1 })).toMatchObject({
      status: 201,
      body: first.body,
    });
    expect(await mongodb.db().collection('email_codes').countDocuments()).toBe(1);
  });

  it('makes one task, of the account that sends it', async () => {
    const user = await signUpAndLogIn(apis[0]!, 'ada-5');
    const eve = await signUpAndLogIn(apis[0]!, 'eve-5');
    const path = `/accounts/${user.id}/tasks`;
    const key = newKey();
    const task = { title: 'Build the engine', description: 'Analytical, this time' };
    const first = await send(path, task, { key, token: user.token });

    expect(await send(path, task, { key, api: 1, token: user.token })).toMatchObject({
      status: 201,
      body: first.body,
    });
    const list = await get(`${apis[0]}${path}`, user.token);
    expect(list.body).toMatchObject({ total_count: 1 });
    expect(await send(path, { ...task, title: 'Rest' }, { key, token: user.token })).toMatchObject({
      status: 422,
      body: { code: 'REQUEST_ERR_422' },
    });
    // Neither without a session nor with another's.
    expect(await send(path, task, { key })).toMatchObject({ status: 401 });
    expect(await send(path, task, { key, token: eve.token })).toMatchObject({ status: 401 });
    const own = await send(`/accounts/${eve.id}/tasks`, task, { key, token: eve.token });
    expect(own.body['id']).not.toBe(first.body['id']);
  });

  it('has confirmed its key together with what it changed, at every route', async () => {
    const stored = mongodb.db().collection('idempotency_keys');
    await stored.deleteMany({});
    const { id, token } = await signUpAndLogIn(apis[0]!, 'ada-9@example.com');
    const task = { title: 'Build the engine', description: 'Analytical, this time' };
    const requests = [
      ['/accounts', { ...ada, username: 'ada-10' }],
      ['/accounts', { email: 'ada-11@example.com', password: 'analytical engine' }],
      ['/accounts', { phone_number: { country_code: '1', phone_number: '4155552671' } }],
      ['/password-reset-tokens', { username: 'ada-9@example.com' }],
      ['/email-codes', { email: 'ada-12@example.com' }],
      [`/accounts/${id}/tasks`, task],
    ] as const;

    for (const [path, body] of requests) {
      const { status } = await send(path, body, { key: newKey(), token });
      expect([path, status]).toEqual([path, expect.toBeOneOf([201, 202])]);
    }

    const confirmed = { confirmed_at: { $exists: true } };
    expect(await stored.countDocuments(confirmed)).toBe(requests.length);
  });

  it('is refused with a key that is none', async () => {
    const body = { ...ada, username: 'ada-6' };
    for (const key of ['two words', 'x'.repeat(256)]) {
      expect(await send('/accounts', body, { key })).toMatchObject({
        status: 400,
        body: { code: 'REQUEST_ERR_400' },
      });
    }
  });

  it('can be corrected under its key after a refused form', async () => {
    const key = newKey();
    const body = { ...ada, username: 'ada-8' };
    expect(await send('/accounts', { ...body, first_name: 1 }, { key })).toMatchObject({
      status: 400,
      body: { code: 'ACCOUNT_ERR_04' },
    });

    expect(await send('/accounts', body, { key })).toMatchObject({ status: 201 });
  });

  it('logs in each time anew: there the header is ignored', async () => {
    const user = { ...ada, username: 'ada-7' };
    await post(`${apis[0]}/accounts`, user);
    const [first, second] = [
      await send('/access-tokens', user, { key: 'one key' }),
      await send('/access-tokens', user, { key: 'one key' }),
    ];

    expect(first).toMatchObject({ status: 201 });
    expect(second).toMatchObject({ status: 201 });
    expect(second.body['refresh_token']).not.toBe(first.body['refresh_token']);
  });

  it('is in the OpenAPI document of the routes that take it, and of no other', async () => {
    const { body } = await get(apis[0]!.concat('/openapi.json'));
    interface Operation {
      readonly parameters?: readonly { readonly in: string; readonly name: string }[];
      readonly responses: Readonly<Record<string, unknown>>;
    }
    const paths = body['paths'] as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    const changes = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([method]) => method !== 'get')
        .map(([method, { parameters = [] }]) => ({
          name: `${method} ${path}`,
          takesKey: parameters.some((each) => each.name === 'Idempotency-Key'),
          isAdmin: path.startsWith('/api/admin/'),
        })),
    );
    const namesOf = (wanted: { readonly takesKey: boolean; readonly isAdmin: boolean }) =>
      changes
        .filter(
          ({ takesKey, isAdmin }) => takesKey === wanted.takesKey && isAdmin === wanted.isAdmin,
        )
        .map(({ name }) => name)
        .toSorted();

    expect(namesOf({ takesKey: true, isAdmin: false })).toEqual([
      'post /api/accounts',
      'post /api/accounts/{account_id}/tasks',
      'post /api/email-codes',
      'post /api/password-reset-tokens',
    ]);
    // It changes nothing, and its answer is a stream.
    expect(namesOf({ takesKey: false, isAdmin: true })).toEqual([
      'post /api/admin/accounts/{account_id}/export',
    ]);
    expect(paths['/api/email-codes']!['post']!.responses).toHaveProperty('422');
  });
});
