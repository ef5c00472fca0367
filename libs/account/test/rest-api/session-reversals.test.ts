import { randomBytes } from 'node:crypto';

import type { NewDevice } from '@org/authentication';
import { OperationContext, SecretKey } from '@org/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { anonymous, createServices } from '../services.ts';
import { createApp, type TestApp } from './app.ts';
import { contactsOf } from './contacts-of.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const password = 'analytical engine';
const email = 'ada@example.com';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0';
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1';

const former = randomBytes(32);
const secretKey = SecretKey.create({ current: former });
let app: TestApp;
const { change } = contactsOf(() => app);

beforeAll(async () => {
  app = await createApp({ secretKey });
});
beforeEach(async () => {
  for (const name of [
    'accounts',
    'account_contact_changes',
    'account_identities',
    'email_codes',
    'notification_deliveries',
    'notice_windows',
    'password_reset_tokens',
    'sessions',
  ]) {
    await app.collection(name).deleteMany({});
  }
  app.outbox.emails.length = 0;
});
afterAll(async () => {
  await app.close();
});

interface LoggedIn {
  readonly accountId: string;
  readonly token: string;
}

async function logIn(userAgent: string, username = email): Promise<LoggedIn> {
  app.clock.advance(1);
  const context = OperationContext.anonymous('test', '192.0.2.1');
  const origin = { userAgent, ip: '192.0.2.1' };
  return app.logins.loginByUsernameAndPassword({ username, password, ...origin }, context);
}

/** Whatever proved it. */
async function start(accountId: string, userAgent: string): Promise<void> {
  app.clock.advance(1);
  const session = { accountId, userAgent, ip: '192.0.2.1' };
  const onNewDevice = (device: NewDevice, transaction: OperationContext) =>
    app.accounts.notifyAccountOfNewDevice(device, transaction);
  await app.authentication.createAccessToken({ ...session, onNewDevice }, anonymous);
}

async function deliver(): Promise<readonly string[]> {
  app.outbox.emails.length = 0;
  await app.notification.deliverDueMessages();
  return app.outbox.emails.map(({ to, subject, text }) => `${to}: ${subject}\n${text}`);
}

/** An account with sessions of two devices, the second of which has just been told. */
async function withNewDevice() {
  await app.accounts.createAccountByUsernameAndPassword(
    { firstName: 'Ada', lastName: 'L', username: email, password },
    anonymous,
  );
  const first = await logIn(FIREFOX);
  const second = await logIn(SAFARI);
  const [mail] = await deliver();
  return { first, second, token: tokenIn(mail) };
}

function tokenIn(mail: string | undefined): string {
  const [, token = ''] = /\/session-reversals#token=(\S+)/.exec(mail ?? '') ?? [];
  expect(token).not.toBe('');
  return token;
}

const reverse = (token: unknown) => app.send('POST', '/session-reversals', { body: { token } });

async function isAlive({ accountId, token }: LoggedIn): Promise<boolean> {
  return (await app.send('GET', `/accounts/${accountId}`, { token })).status === 200;
}

const refused = { status: 400, body: { code: 'ACCOUNT_ERR_04' } };

describe('an "it was not me" of a new device', () => {
  it('ends that session only, and asks for a new password', async () => {
    const { first, second, token } = await withNewDevice();

    const answer = await reverse(token);

    const expiresAt = new Date(app.clock.now().getTime() + 30 * MINUTE).toISOString();
    expect(answer).toMatchObject({ status: 201, body: { expires_at: expiresAt } });
    expect(answer.body).toEqual({ expires_at: expiresAt });
    expect(await isAlive(second)).toBe(false);
    expect(await isAlive(first)).toBe(true);
    const mails = await deliver();
    expect(mails).toEqual([expect.stringMatching(/^ada@example\.com: Reset your password/)]);
    expect(mails[0]).toContain('/reset_password?token=');
    expect(mails[0]).toContain('so we ended that session');
    const recorded = await app
      .collection('audit_log')
      .find({ resource_type: 'sessions', actor_id: first.accountId })
      .toArray();
    expect(recorded.map(({ action }) => action as string).slice(-2)).toEqual([
      'session_reversed',
      'session_ended',
    ]);
  });

  it('mails nothing to an address that the account has got since', async () => {
    const { second, token } = await withNewDevice();
    const { accountId: id } = second;
    const changed = await change({ id, token: second.token }, { email: 'thief@example.net' });
    expect(changed).toMatchObject({ status: 200, body: { email: 'thief@example.net' } });
    await deliver();

    expect(await reverse(token)).toMatchObject({ status: 201 });

    expect(await isAlive(second)).toBe(false);
    expect(await deliver()).toEqual([]);
  });

  it('makes the device a new one again, whatever was started from it until then', async () => {
    const { first, token } = await withNewDevice();
    app.clock.advance(DAY);
    await start(first.accountId, SAFARI);
    expect(await deliver()).toEqual([]);
    // Another process, which does not tell this one.
    const { throwaway, clock } = app;
    const other = await createServices({ throwaway, clock, secretKey });
    await other.accounts.sessions.reverseSession({ token }, anonymous);
    await deliver();

    await start(first.accountId, SAFARI);
    const told = await deliver();
    await start(first.accountId, SAFARI);
    await start(first.accountId, FIREFOX);

    expect(told).toEqual([expect.stringContaining('Safari on iPhone')]);
    expect(tokenIn(told[0])).not.toBe(token);
    expect(await deliver()).toEqual([]);
  });

  it('works once, however often it is sent at once', async () => {
    const { token } = await withNewDevice();

    const answers = await Promise.all(Array.from({ length: 10 }, () => reverse(token)));

    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(400)]);
    expect(await deliver()).toHaveLength(1);
    expect(await reverse(token)).toMatchObject(refused);
  });

  it('works for 7 days', async () => {
    const { second, token } = await withNewDevice();
    app.clock.advance(7 * DAY - MINUTE);

    expect(await reverse(token)).toMatchObject({ status: 201 });

    expect(await isAlive(second)).toBe(false);
  });

  it('is too late after 7 days', async () => {
    const { token } = await withNewDevice();
    app.clock.advance(7 * DAY);

    expect(await reverse(token)).toMatchObject(refused);

    expect(await app.collection('sessions').countDocuments({ revoked_at: null })).toBe(2);
  });

  it('works when the session has ended already', async () => {
    const { second, token } = await withNewDevice();
    const { accountId } = second;
    await app.authentication.endSessionsByAccountId({ accountId }, anonymous);

    expect(await reverse(token)).toMatchObject({ status: 201 });

    expect(await deliver()).toHaveLength(1);
    expect(await reverse(token)).toMatchObject(refused);
  });

  it.each([['x'], [''], ['x'.repeat(20_000)], [1], [null], [['x']], [{ $ne: null }]])(
    'needs our token: %j',
    async (token) => {
      expect(await reverse(token)).toMatchObject(refused);
    },
  );

  it('takes no token that is forged, or of another session', async () => {
    const { first, token } = await withNewDevice();
    const [id, secret] = token.split('.') as [string, string];
    const other = await app
      .collection('sessions')
      .findOne({ user_agent: FIREFOX, account_id: first.accountId });
    const forged = [
      `${other!._id.toHexString()}.${secret}`,
      `${id}.${randomBytes(32).toString('base64url')}`,
      `${'0'.repeat(24)}.${secret}`,
      `${token}x`,
      ` ${token}`,
      id,
    ];

    const refusals = { action: 'session_reversed', outcome: 'failure' };
    await app.collection('audit_log').deleteMany(refusals);
    app.clock.advance(MINUTE);
    const { events: before } = app.audit.getBufferStatistics();

    for (const each of forged) {
      expect(await reverse(each)).toMatchObject(refused);
    }
    const records = await app.collection('audit_log').find(refusals).toArray();
    expect(records).toHaveLength(5);
    for (const record of records) {
      expect(record).toMatchObject({ resource_type: 'sessions', resource_id: '', changes: {} });
    }
    expect(app.audit.getBufferStatistics().events - before).toBe(1);
    expect(await app.collection('sessions').countDocuments({ revoked_at: null })).toBe(2);
    expect(await deliver()).toEqual([]);
  });

  it('is no refresh token, and a refresh token is none of these', async () => {
    const { token } = await withNewDevice();
    const origin = { userAgent: FIREFOX, ip: '192.0.2.1' };
    const { refreshToken } = (await app.logins.loginByUsernameAndPassword(
      { username: email, password, ...origin },
      anonymous,
    )) as { refreshToken: string };

    expect(await reverse(refreshToken)).toMatchObject(refused);
    expect(await reverse(refreshToken.replace('.0.', '.'))).toMatchObject(refused);
    await expect(
      app.logins.refresh({ refreshToken: token.replace('.', '.0.'), ...origin }, anonymous),
    ).rejects.toThrow();
  });

  it('is stored nowhere', async () => {
    const { token } = await withNewDevice();

    const [, secret = ''] = token.split('.');
    for (const name of ['sessions', 'audit_log', 'notification_deliveries', 'notice_windows']) {
      const stored = JSON.stringify(await app.collection(name).find().toArray());
      expect(stored).not.toContain(secret);
    }
  });

  it('is not used up while the account is deleted', async () => {
    const { first, token } = await withNewDevice();
    const { accountId } = first;
    await app.accounts.deletion.deleteAccount({ accountId }, anonymous);
    expect(await reverse(token)).toMatchObject(refused);
    await app.accounts.deletion.restoreAccount({ accountId }, anonymous);
    await deliver();

    expect(await reverse(token)).toMatchObject({ status: 201 });

    expect(await deliver()).toHaveLength(1);
  });

  it('outlives one change of the secret key', async () => {
    const { token } = await withNewDevice();
    const { throwaway, clock } = app;
    const [next, last] = [randomBytes(32), randomBytes(32)];
    const changed = SecretKey.create({ current: next, previous: former });
    const after = await createServices({ throwaway, clock, secretKey: changed });
    const twice = SecretKey.create({ current: last, previous: next });
    const muchLater = await createServices({ throwaway, clock, secretKey: twice });

    await expect(
      muchLater.accounts.sessions.reverseSession({ token }, anonymous),
    ).rejects.toMatchObject({ code: 'ACCOUNT_ERR_04' });
    await after.accounts.sessions.reverseSession({ token }, anonymous);

    expect(await app.collection('sessions').countDocuments({ revoked_at: null })).toBe(1);
  });
});

describe('reversals with limits', () => {
  it('are refused to a source that tries too often', async () => {
    const limited = await createServices({ rateLimits: true });
    const attempt = () =>
      limited.accounts.sessions
        .reverseSession({ token: 'x' }, anonymous)
        .catch((error: unknown) => (error as { code: string }).code);

    const codes: unknown[] = [];
    for (let index = 0; index < 21; index += 1) {
      codes.push(await attempt());
    }

    expect(codes.slice(0, 20)).toEqual(Array(20).fill('ACCOUNT_ERR_04'));
    expect(codes[20]).not.toBe('ACCOUNT_ERR_04');
    await limited.throwaway.remove();
  });
});
