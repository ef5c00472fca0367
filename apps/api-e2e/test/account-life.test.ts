import { MongoClient, ObjectId } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { get, patch, post, remove, signUpAndLogIn, type LoggedIn } from './client.ts';
import { onThrowawayDatabase, Program } from './program.ts';

const environment = onThrowawayDatabase();
const mongodb = new MongoClient(environment.MONGODB_URI);
let program: Program;
let api: string;
let counter = 0;
let user: LoggedIn;
let account: string;

beforeAll(async () => {
  program = Program.run(environment);
  api = `${await program.ready()}/api`;
});
beforeEach(async () => {
  counter += 1;
  user = await signUpAndLogIn(api, `ada-${counter}`);
  account = `${api}/accounts/${user.id}`;
});
afterAll(async () => {
  await program.stop();
  await mongodb.db().dropDatabase();
  await mongodb.close();
});

function stored() {
  return mongodb
    .db()
    .collection('accounts')
    .findOne({ _id: new ObjectId(user.id) });
}

describe('PATCH /api/accounts/:id with names', () => {
  it('changes what is sent, leaves alone what is null, and stores an empty text', async () => {
    const changed = await patch(account, { first_name: 'Augusta', last_name: null }, user.token);
    expect(changed).toMatchObject({
      status: 200,
      body: { id: user.id, first_name: 'Augusta', last_name: 'Lovelace' },
    });

    const emptied = await patch(account, { last_name: '' }, user.token);
    expect(emptied).toMatchObject({ status: 200, body: { first_name: 'Augusta', last_name: '' } });
  });

  it('is recorded with what it changed', async () => {
    await patch(account, { first_name: 'Augusta' }, user.token);

    const record = await mongodb
      .db()
      .collection('audit_log')
      .findOne({ resource_type: 'accounts', resource_id: user.id, action: 'update' });
    expect(record).toMatchObject({
      actor_type: 'account',
      actor_id: user.id,
      outcome: 'success',
      changes: { first_name: { old: 'Ada', new: 'Augusta' } },
      request_id: expect.any(String),
    });
  });

  it('never changes what a client may not set', async () => {
    const before = await stored();
    const body = { first_name: 'Ada', active: false, username: 'x', hashed_password: 'x', id: 'x' };

    expect(await patch(account, body, user.token)).toMatchObject({ status: 200 });

    const after = await stored();
    expect(after).toEqual({ ...before, updated_at: after!['updated_at'] });
  });

  it.each([[[]], ['null'], [{}], [{ username: 'x' }], ['"first_name"']])(
    'refuses the form %j before it looks at the token',
    async (body) => {
      expect(await patch(account, body)).toMatchObject({
        status: 400,
        body: { code: 'ACCOUNT_ERR_04' },
      });
    },
  );

  it('looks at the token before it looks at what the names are', async () => {
    const body = { first_name: 7 };

    expect(await patch(account, body)).toMatchObject({
      status: 401,
      body: { code: 'ACCESS_TOKEN_ERR_03' },
    });
    expect(await patch(account, body, user.token)).toMatchObject({
      status: 400,
      body: { code: 'ACCOUNT_ERR_04', message: 'first_name must be a string' },
    });
  });
});

describe('PATCH /api/accounts/:id with a new password', () => {
  const newPassword = 'difference-engine-1822';

  it('needs the current one, and ends the other sessions', async () => {
    const other = await post(`${api}/access-tokens`, user.user);
    const wrong = { current_password: 'wrong', new_password: newPassword };
    expect(await patch(account, wrong, user.token)).toMatchObject({
      status: 401,
      body: { code: 'ACCOUNT_ERR_03' },
    });

    const right = { current_password: user.user.password, new_password: newPassword };
    expect(await patch(account, right, user.token)).toMatchObject({ status: 200 });

    expect(await get(account, user.token)).toMatchObject({ status: 200 });
    expect(await get(account, other.body['token'] as string)).toMatchObject({ status: 401 });
    expect(await post(`${api}/access-tokens`, user.user)).toMatchObject({ status: 401 });
  });
});

describe('PATCH /api/accounts/:id/notification-preferences', () => {
  const path = (): string => `${account}/notification-preferences`;

  it('sets what is sent and keeps the rest', async () => {
    expect(await patch(path(), { sms_enabled: false }, user.token)).toMatchObject({
      status: 200,
      body: { account_id: user.id, email_enabled: true, push_enabled: true, sms_enabled: false },
    });

    const read = await get(`${account}?include_notification_preferences=TRUE`, user.token);
    expect(read.body['notification_preferences']).toMatchObject({ sms_enabled: false });
    expect((await get(account, user.token)).body).not.toHaveProperty('notification_preferences');
  });

  it.each([
    [{ sms_enabled: 'no' }, 'sms_enabled must be a boolean'],
    [{}, 'At least one preference field'],
    [{ color: 'red' }, 'At least one preference field'],
    [[], ''],
  ])('refuses %j', async (body, message) => {
    const answer = await patch(path(), body, user.token);

    expect(answer).toMatchObject({ status: 400, body: { code: 'ACCOUNT_ERR_04' } });
    expect(answer.body['message']).toContain(message);
  });

  it('looks at the token first', async () => {
    expect(await patch(path(), [])).toMatchObject({ status: 401 });
  });
});

describe('DELETE /api/accounts/:id', () => {
  it('ends everything, keeps the document, and frees the name', async () => {
    expect(await remove(account, user.token)).toMatchObject({ status: 204, body: { text: '' } });

    expect([401, 404]).toContain((await remove(account, user.token)).status);
    expect(await get(account, user.token)).toMatchObject({ status: 401 });
    expect(await post(`${api}/access-tokens`, user.user)).toMatchObject({
      status: 401,
      body: { code: 'ACCOUNT_ERR_03' },
    });
    expect(await post(`${api}/access-tokens`, { refresh_token: user.refreshToken })).toMatchObject({
      status: 401,
      body: { code: 'ACCESS_TOKEN_ERR_05' },
    });
    expect(await stored()).toMatchObject({ active: false, deleted_at: expect.any(Date) });
    expect(await post(`${api}/accounts`, user.user)).toMatchObject({ status: 201 });
  });
});

describe('GET /api/accounts/:id/export', () => {
  it('gives the owner everything that is stored, and no secret', async () => {
    await patch(account, { first_name: 'Augusta' }, user.token);

    const { status, body } = await get(`${account}/export`, user.token);

    expect(status).toBe(200);
    const text = JSON.stringify(body);
    expect(text).toContain('Augusta');
    expect(text).toContain(user.user.username);
    const { hashed_password: hash } = (await stored())!;
    expect(text).not.toContain(hash);
    expect(text).not.toContain(user.refreshToken.split('.').at(-1));
  });
});
