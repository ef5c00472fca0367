import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { anonymous, ownerOf } from '../services.ts';
import { createApp, type Owner, type TestApp } from './app.ts';

let app: TestApp;
let owner: Owner;
let names = 0;

beforeAll(async () => {
  app = await createApp();
});
beforeEach(async () => {
  names += 1;
  owner = await app.createOwner(`ada${names}@example.com`);
});
afterAll(async () => {
  await app.close();
});

function update(body: unknown, { token }: { token?: string | undefined } = owner) {
  return app.send('PATCH', `/accounts/${owner.id}`, { token, body });
}

/** Asks for a mail and answers the token in it. */
async function obtainToken(): Promise<string> {
  await app.accounts.requestPasswordReset({ username: `ada${names}@example.com` }, anonymous);
  await app.jobs.runDispatched();
  await app.notification.deliverDueMessages();
  const mail = app.outbox.emails.findLast(({ text }) => text.includes(owner.id));
  return /token=([\w-]+)/.exec(mail!.text)![1]!;
}

describe('PATCH /accounts/:account_id', () => {
  it.each([
    ['no object', [], undefined],
    ['null', null, undefined],
    ['a string', 'text', undefined],
    ['no key', {}, undefined],
    ['unknown keys', { username: 'grace' }, undefined],
    ['a token alone', { token: 'x' }, undefined],
    ['a new password alone', { new_password: 'x' }, undefined],
    ['a current password alone', { current_password: 'x' }, undefined],
  ])('answers 400 for %s before it asks for a token', async (_what, body, token) => {
    const answer = await update(body, { token });

    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'ACCOUNT_ERR_04' });
  });

  it.each([
    ['a number for a name', { first_name: 1 }],
    ['names', { first_name: 'Augusta' }],
    ['a password form', { current_password: 1, new_password: 2 }],
  ])('asks for a token before it looks into %s', async (_what, body) => {
    const answer = await update(body, { token: undefined });

    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ code: 'ACCESS_TOKEN_ERR_03' });
  });

  it('answers 400 for malformed JSON before it asks for a token', async () => {
    const answer = await app.send('PATCH', `/accounts/${owner.id}`, {
      headers: { 'content-type': 'application/json' },
    });

    expect(answer).toMatchObject({ status: 400, body: { code: 'REQUEST_ERR_400' } });
  });

  it("refuses a foreign account's token", async () => {
    const grace = await app.createOwner(`grace${names}`);

    const answer = await update({ first_name: 'Grace' }, grace);

    expect(answer).toMatchObject({ status: 401, body: { code: 'ACCESS_TOKEN_ERR_01' } });
  });

  describe('with names', () => {
    it('answers 200 with the account', async () => {
      const answer = await update({ first_name: 'Augusta', last_name: null });

      expect(answer).toMatchObject({
        status: 200,
        body: { id: owner.id, first_name: 'Augusta', last_name: 'Lovelace' },
      });
    });

    it.each([
      ['a number', { first_name: 1 }, 'first_name must be a string'],
      ['a list', { last_name: ['a'] }, 'last_name must be a string'],
      ['an operator', { first_name: { $set: 1 } }, 'first_name must be a string'],
      [
        'a boolean beside a name',
        { first_name: 'A', last_name: true },
        'last_name must be a string',
      ],
      ['a control character', { first_name: 'A\u0007' }, 'first_name must not have control'],
    ])('answers 400 for %s', async (_what, body, message) => {
      const answer = await update(body);

      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'ACCOUNT_ERR_04', message: expect.stringContaining(message) },
      });
    });
  });

  describe('with current and new password', () => {
    const form = { current_password: 'analytical engine', new_password: 'difference engine' };

    it('answers 200, keeps this session and ends the others', async () => {
      const { body: other } = await app.login(`ada${names}@example.com`, form.current_password);

      expect(await update(form)).toMatchObject({ status: 200, body: { id: owner.id } });

      expect((await update({ first_name: 'A' })).status).toBe(200);
      expect((await update({ first_name: 'A' }, other)).body).toMatchObject({
        code: 'ACCESS_TOKEN_ERR_05',
      });
      expect((await app.login(`ada${names}@example.com`, form.new_password)).status).toBe(201);
    });

    it('takes precedence over names', async () => {
      const answer = await update({ ...form, first_name: 'Augusta' });

      expect(answer).toMatchObject({ status: 200, body: { first_name: 'Ada' } });
      expect((await app.login(`ada${names}@example.com`, form.new_password)).status).toBe(201);
    });

    it('answers 401 for a wrong current password', async () => {
      const answer = await update({ ...form, current_password: 'wrong password' });

      expect(answer).toMatchObject({ status: 401, body: { code: 'ACCOUNT_ERR_03' } });
    });

    it.each([
      [{ current_password: 1 }, 'current_password must be a string'],
      [{ new_password: null }, 'new_password must be a string'],
      [{ new_password: 'short' }, 'new_password must have at least 8 characters'],
    ])('answers 400 for %j', async (change, message) => {
      const answer = await update({ ...form, ...change });

      expect(answer).toMatchObject({ status: 400, body: { code: 'ACCOUNT_ERR_04', message } });
    });
  });

  describe('with a reset token', () => {
    const new_password = 'difference engine';
    const send = (body: object, id = owner.id) =>
      app.send('PATCH', `/accounts/${id}`, { body: { new_password, ...body } });

    it('needs no access token, answers 200 and ends every session', async () => {
      const token = await obtainToken();

      expect(await send({ token })).toMatchObject({ status: 200, body: { id: owner.id } });

      expect((await update({ first_name: 'A' })).status).toBe(401);
      expect((await app.login(`ada${names}@example.com`, new_password)).status).toBe(201);
      expect(await send({ token })).toMatchObject({
        status: 400,
        body: {
          code: 'ACCOUNT_ERR_04',
          message: `Password reset is already used for accountId ${owner.id}. Please retry with new link`,
        },
      });
    });

    it('says that a token is wrong, expired, or was never there', async () => {
      expect(await send({ token: 'any' })).toMatchObject({
        status: 404,
        body: {
          code: 'PASSWORD_RESET_TOKEN_ERR_01',
          message: 'System is unable to find a token with this account',
        },
      });
      const token = await obtainToken();
      expect(await send({ token: 'another' })).toMatchObject({
        status: 400,
        body: {
          message: `Password reset link is invalid for accountId ${owner.id}. Please retry with new link.`,
        },
      });
      app.clock.advance(30 * 60_000);
      expect(await send({ token })).toMatchObject({
        status: 400,
        body: {
          message: `Password reset link is expired for accountId ${owner.id}. Please retry with new link`,
        },
      });
    });

    it.each([
      [{ token: 1 }, 'token must be a string'],
      [{ token: 'any', new_password: { $ne: '' } }, 'new_password must be a string'],
      [{ token: 'any', new_password: 'short' }, 'new_password must have at least 8 characters'],
    ])('answers 400 for %j before anything is looked up', async (body, message) => {
      const answer = await send(body, '64b000000000000000000009');

      expect(answer).toMatchObject({ status: 400, body: { code: 'ACCOUNT_ERR_04', message } });
    });

    it.each(['64b000000000000000000009', 'malformed'])('answers 404 for account %s', async (id) => {
      expect(await send({ token: 'any' }, id)).toMatchObject({
        status: 404,
        body: { code: 'ACCOUNT_ERR_02' },
      });
    });
  });
});

describe('PATCH /accounts/:account_id/notification-preferences', () => {
  const change = (body: unknown, token: string | undefined = owner.token) =>
    app.send('PATCH', `/accounts/${owner.id}/notification-preferences`, { token, body });

  it('changes the flags that are sent', async () => {
    await change({ sms_enabled: false });

    const { status, body } = await change({ push_enabled: false, unknown: 1 });

    expect(status).toBe(200);
    expect(body).toEqual({
      account_id: owner.id,
      email_enabled: true,
      push_enabled: false,
      sms_enabled: false,
      created_at: app.clock.now().toISOString(),
      updated_at: app.clock.now().toISOString(),
    });
  });

  it.each([
    ['no object', [], 'At least one preference field'],
    ['null', null, 'At least one preference field'],
    ['no flag', {}, 'At least one preference field'],
    ['an unknown flag', { fax_enabled: true }, 'At least one preference field'],
    ['a string', { email_enabled: 'true' }, 'email_enabled must be a boolean'],
    ['null for a flag', { sms_enabled: null }, 'sms_enabled must be a boolean'],
    ['a number beside a flag', { email_enabled: true, push_enabled: 1 }, 'push_enabled must be'],
    ['topics that are no object', { topics: [] }, 'topics must be a JSON object'],
    ['a topic without flags', { topics: { announcement: true } }, 'announcement must be a JSON'],
    ['a text', { topics: { announcement: { email: 'no' } } }, 'email must be a boolean'],
    ['no topic', { topics: {} }, 'no topic has a known flag'],
    [
      'a misspelt channel',
      { topics: { announcement: { emial: false } } },
      'no topic has a known flag',
    ],
    ['an unknown topic', { topics: { gossip: {} } }, 'The topic "gossip" is unknown'],
    ['a topic without a name', { topics: { '': {} } }, 'The topic "" is unknown'],
    ['a name of objects', { topics: { constructor: {} } }, 'The topic "constructor" is unknown'],
    [
      'a locked topic',
      { topics: { announcement: { email: false }, 'password-changed': { email: true } } },
      'The topic "password-changed" cannot be switched off',
    ],
  ])('answers 400 for %s', async (_what, body, message) => {
    expect(await change(body)).toMatchObject({
      status: 400,
      body: { code: 'ACCOUNT_ERR_04', message: expect.stringContaining(message) },
    });
  });

  it('changes the flags of topics that are sent, and answers them from then on', async () => {
    const read = () =>
      app.send('GET', `/accounts/${owner.id}/notification-preferences`, { token: owner.token });
    const before = await read();

    await change({ topics: { announcement: { email: false, push: false } } });
    const { status, body } = await change({ topics: { announcement: { push: true } } });

    expect(before.body).not.toHaveProperty('topics');
    expect(status).toBe(200);
    expect(body['topics']).toEqual({ announcement: { email: false, push: true } });
    expect(await read()).toEqual(expect.objectContaining({ status: 200, body }));
  });

  it('asks for a token before it looks at the body', async () => {
    const answer = await app.send('PATCH', `/accounts/${owner.id}/notification-preferences`, {
      body: [],
    });

    expect(answer).toMatchObject({ status: 401, body: { code: 'ACCESS_TOKEN_ERR_03' } });
  });
});

describe('DELETE /accounts/:account_id', () => {
  it('answers 204 once, and everything is as if there were no account', async () => {
    const remove = () => app.send('DELETE', `/accounts/${owner.id}`, { token: owner.token });

    expect(await remove()).toMatchObject({ status: 204, body: undefined });

    expect(await remove()).toMatchObject({ status: 401, body: { code: 'ACCESS_TOKEN_ERR_05' } });
    expect(await app.login(`ada${names}@example.com`, 'analytical engine')).toMatchObject({
      status: 401,
      body: { code: 'ACCOUNT_ERR_03' },
    });
  });

  it('asks for a token', async () => {
    expect(await app.send('DELETE', `/accounts/${owner.id}`)).toMatchObject({ status: 401 });
  });
});

describe('GET /accounts/:account_id/export', () => {
  it('answers 200 with what is stored, in snake case', async () => {
    const { status, headers, body } = await app.send('GET', `/accounts/${owner.id}/export`, {
      token: owner.token,
    });

    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({
      account: { id: owner.id, first_name: 'Ada', phone_number: null },
      notification: { notification_preferences: { sms_enabled: true } },
      authentication: expect.objectContaining({}),
      audit_records: expect.arrayContaining([
        expect.objectContaining({ action: 'authn_login_success', outcome: 'success' }),
      ]),
    });
  });

  it('asks for a token', async () => {
    expect(await app.send('GET', `/accounts/${owner.id}/export`)).toMatchObject({ status: 401 });
  });

  it('is refused while another one is read, and says for how long', async () => {
    const context = ownerOf(owner.id);
    const first = await app.accounts.exportAccount({ accountId: owner.id }, context);
    const send = () => app.send('GET', `/accounts/${owner.id}/export`, { token: owner.token });

    const refused = await send();
    await first.end();

    expect(refused).toMatchObject({ status: 429, body: { code: 'RATE_LIMIT_ERR_01' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await send()).toMatchObject({ status: 200 });
  });
});
