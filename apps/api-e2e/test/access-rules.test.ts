import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { send, signUpAndLogIn, type LoggedIn } from './client.ts';
import { onThrowawayDatabase, Program } from './program.ts';

const environment = onThrowawayDatabase();
const mongodb = new MongoClient(environment.MONGODB_URI);
let program: Program;
let api: string;
let ada: LoggedIn;
let grace: LoggedIn;

beforeAll(async () => {
  program = Program.run(environment);
  api = `${await program.ready()}/api`;
  ada = await signUpAndLogIn(api, 'ada');
  grace = await signUpAndLogIn(api, 'grace');
});
afterAll(async () => {
  await program.stop();
  await mongodb.db().dropDatabase();
  await mongodb.close();
});

// First, since of many denials from one source only the first are recorded one by one.
describe('a denial', () => {
  it('is recorded', async () => {
    await send('GET', `${api}/accounts/${ada.id}`, { token: grace.token });

    const denials = () =>
      mongodb
        .db()
        .collection('audit_log')
        .find({ action: 'authz_fail', actor_id: grace.id, outcome: 'denied' })
        .toArray();
    await expect.poll(denials).not.toEqual([]);
  });
});

const subscription = {
  endpoint: 'https://push.example.com/x',
  keys: { p256dh: 'x', auth: 'x' },
};

/** Every route that only an account's owner may use. */
const ownerRoutes: readonly { method: string; path: string; body?: object }[] = [
  { method: 'GET', path: '' },
  { method: 'PATCH', path: '', body: { first_name: 'Mallory' } },
  { method: 'DELETE', path: '' },
  { method: 'GET', path: '/export' },
  { method: 'GET', path: '/notification-preferences' },
  { method: 'PATCH', path: '/notification-preferences', body: { sms_enabled: false } },
  { method: 'GET', path: '/sessions' },
  { method: 'DELETE', path: '/sessions' },
  { method: 'DELETE', path: '/sessions/64b000000000000000000001' },
  { method: 'GET', path: '/push-subscriptions' },
  { method: 'POST', path: '/push-subscriptions', body: subscription },
  { method: 'DELETE', path: '/push-subscriptions/64b000000000000000000001' },
  { method: 'GET', path: '/tasks' },
  { method: 'POST', path: '/tasks', body: { title: 'x', description: 'x' } },
  { method: 'GET', path: '/tasks/64b000000000000000000001' },
  {
    method: 'PATCH',
    path: '/tasks/64b000000000000000000001',
    body: { title: 'x', description: 'x' },
  },
  { method: 'DELETE', path: '/tasks/64b000000000000000000001' },
];

describe.each(ownerRoutes)('$method /api/accounts/:id$path', ({ method, path, body }) => {
  const ask = (id: string, authorization?: string) =>
    send(method, `${api}/accounts/${id}${path}`, {
      body,
      headers: authorization === undefined ? {} : { authorization },
    });

  it.each([
    ['no header', undefined, 'ACCESS_TOKEN_ERR_03', 'Bearer'],
    ['an empty header', '', 'ACCESS_TOKEN_ERR_03', 'Bearer'],
    ['another scheme', 'Basic x', 'ACCESS_TOKEN_ERR_04', 'Bearer error="invalid_token"'],
    ['lower case', 'bearer x', 'ACCESS_TOKEN_ERR_04', 'Bearer error="invalid_token"'],
    ['two blanks', 'Bearer  x', 'ACCESS_TOKEN_ERR_04', 'Bearer error="invalid_token"'],
    ['no token', 'Bearer x', 'ACCESS_TOKEN_ERR_05', 'Bearer error="invalid_token"'],
  ])('refuses %s', async (_what, authorization, code, challenge) => {
    const answer = await ask(ada.id, authorization);

    expect(answer).toMatchObject({ status: 401, body: { code } });
    expect(answer.headers.get('www-authenticate')).toBe(challenge);
  });

  it('answers a foreign, a missing, a malformed and an over-long id alike', async () => {
    const ids = [ada.id, '64b000000000000000000001', 'x', 'a'.repeat(2_000)];

    const answers = await Promise.all(ids.map((id) => ask(id, `Bearer ${grace.token}`)));

    for (const answer of answers) {
      expect(answer).toMatchObject({
        status: 401,
        body: { code: 'ACCESS_TOKEN_ERR_01', message: answers[0]!.body['message'] },
      });
    }
  });
});

describe('a token', () => {
  it('is not taken from the query', async () => {
    const answer = await send('GET', `${api}/accounts/${ada.id}?access_token=${ada.token}`);

    expect(answer).toMatchObject({ status: 401, body: { code: 'ACCESS_TOKEN_ERR_03' } });
  });
});
