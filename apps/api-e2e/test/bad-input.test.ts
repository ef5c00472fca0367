import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ada, get, post } from './client.ts';
import { onThrowawayDatabase, Program } from './program.ts';

const environment = onThrowawayDatabase();
const mongodb = new MongoClient(environment.MONGODB_URI);
let program: Program;
let api: string;
let token: string;
let accountId: string;

beforeAll(async () => {
  // A worker writes, too, whenever a job is due.
  program = Program.run({ ...environment, ROLE: 'api' });
  api = `${await program.ready()}/api`;
  await post(`${api}/accounts`, ada);
  const login = await post(`${api}/access-tokens`, ada);
  token = login.body['token'] as string;
  accountId = login.body['account_id'] as string;
});
afterAll(async () => {
  await program.stop();
  await mongodb.db().dropDatabase();
  await mongodb.close();
});

async function countDocuments(): Promise<Record<string, number>> {
  const collections = await mongodb.db().collections();
  const counts = await Promise.all(
    collections.map(async (collection) => [
      collection.collectionName,
      await collection.countDocuments(),
    ]),
  );
  return Object.fromEntries(counts) as Record<string, number>;
}

const deep = `{"username":${'['.repeat(30_000)}${']'.repeat(30_000)},"password":"x"}`;

const badBodies: [string, unknown, number, string][] = [
  ['nothing', '', 400, 'REQUEST_ERR_400'],
  ['no JSON', 'username=ada', 400, 'REQUEST_ERR_400'],
  ['half a JSON', '{"username":', 400, 'REQUEST_ERR_400'],
  ['trailing garbage', '{} {}', 400, 'REQUEST_ERR_400'],
  ['an array', [], 400, 'of the form'],
  ['null', 'null', 400, 'of the form'],
  ['a number', '1e400', 400, 'of the form'],
  ['no keys', {}, 400, 'of the form'],
  ['other keys', { user: 'x', pass: 'y' }, 400, 'of the form'],
  ['numbers for strings', { ...ada, username: 7 }, 400, 'ACCOUNT_ERR_04'],
  ['booleans for strings', { ...ada, password: true }, 400, 'ACCOUNT_ERR_04'],
  ['an operator', { ...ada, username: { $ne: null } }, 400, 'ACCOUNT_ERR_04'],
  ['a list', { ...ada, password: ['a'] }, 400, 'ACCOUNT_ERR_04'],
  ['a prototype', '{"__proto__":{"active":false},"username":"x"}', 400, 'REQUEST_ERR_400'],
  ['a constructor', '{"constructor":{"prototype":{"a":1}}}', 400, 'REQUEST_ERR_400'],
  ['30,000 arrays', deep, 400, 'ACCOUNT_ERR_04'],
  ['1 MB', `{"username":"${'x'.repeat(1_000_000)}"}`, 413, 'REQUEST_ERR_413'],
];

describe.each([
  ['accounts', 'ACCOUNT_ERR_04'],
  ['access-tokens', 'ACCESS_TOKEN_ERR_07'],
])('POST /api/%s', (route, formCode) => {
  it.each(badBodies)(
    'answers %s with an error and writes nothing',
    async (_what, body, status, code) => {
      const before = await countDocuments();

      const answer = await post(`${api}/${route}`, body);

      expect(answer.status).toBe(status);
      expect(answer.body['code']).toBe(code === 'of the form' ? formCode : code);
      expect(answer.body['message']).toEqual(expect.any(String));
      expect(await countDocuments()).toEqual(before);
    },
  );

  it('answers invalid UTF-8 with 400', async () => {
    const response = await fetch(`${api}/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.concat([
        Buffer.from('{"username":"'),
        Buffer.from([0xc3, 0x28]),
        Buffer.from('"}'),
      ]),
    });

    expect(response.status).toBe(400);
  });

  it('answers another media type with 415 and another method with 405', async () => {
    const text = await fetch(`${api}/${route}`, { method: 'POST', body: 'x' });
    const wrongMethod = await fetch(`${api}/${route}`, { method: 'DELETE' });

    expect(text.status).toBe(415);
    expect(wrongMethod.status).toBe(405);
    expect(wrongMethod.headers.get('allow')).toBe('POST');
  });

  it('ignores unknown fields', async () => {
    const answer = await post(`${api}/${route}`, {
      ...ada,
      username: route === 'accounts' ? 'extra' : 'ada',
      role: 'admin',
      active: false,
    });

    expect(answer.status).toBe(201);
  });
});

describe('GET /api/accounts/:id', () => {
  it.each([
    'x',
    '0',
    '-1',
    '64b000000000000000000001',
    '000000000000000000000000',
    'x'.repeat(10_000),
    '%00',
    '%E2%80%AE',
    '..%2f..%2fetc',
    '%7B%22%24ne%22%3Anull%7D',
  ])('answers the odd id %s as a foreign one', async (id) => {
    const answer = await get(`${api}/accounts/${id}`, token);

    expect(answer).toMatchObject({ status: 401, body: { code: 'ACCESS_TOKEN_ERR_01' } });
  });

  it.each(['%', '%ff', '%zz'])('answers the malformed path %s with 400', async (id) => {
    const answer = await get(`${api}/accounts/${id}`, token);

    expect(answer).toMatchObject({ status: 400, body: { code: 'REQUEST_ERR_400' } });
  });

  it.each([
    ['?include_notification_preferences=true&include_notification_preferences=true', 400],
    ['?include_notification_preferences[]=1', 200],
    ['?include_notification_preferences=%ff', 200],
    ['?a&b&&=', 200],
    ['?__proto__=1', 200],
  ])('answers the odd query %s', async (query, status) => {
    const answer = await get(`${api}/accounts/${accountId}${query}`, token);

    expect(answer.status).toBe(status);
  });

  it('answers 404 for a trailing slash, which is no route', async () => {
    expect(await get(`${api}/accounts/${accountId}/`, token)).toMatchObject({
      status: 404,
      body: { code: 'REQUEST_ERR_404' },
    });
  });
});

describe('a DELETE', () => {
  it.each([
    ['a label without a body', { 'content-type': 'application/json' }, undefined],
    ['a body that is no JSON', { 'content-type': 'application/json' }, '{"username":'],
    ['a text', { 'content-type': 'text/plain' }, 'x'],
    ['a body without a label', {}, 'x'],
    ['1 MB', { 'content-type': 'application/json' }, 'x'.repeat(1_000_000)],
  ])('is answered as if %s had not come with it', async (_what, headers, body) => {
    const path = `${api}/accounts/${accountId}/sessions/64b000000000000000000001`;
    const response = await fetch(path, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });

    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(await get(`${api}/accounts/${accountId}`, token)).toMatchObject({ status: 200 });
  });
});
