import { AccountBadRequestError, type SignUpPolicy } from '@org/account';
import * as argon2 from 'argon2';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { anonymous } from '../services.ts';
import { createApp, type Answer, type TestApp } from './app.ts';

vi.mock('argon2', { spy: true });

const password = 'analytical engine';
const origin = { userAgent: 'test', ip: '192.0.2.1' };

let app: TestApp;
let policy: SignUpPolicy = () => undefined;

beforeAll(async () => {
  app = await createApp({ policies: { signUpPolicy: (...asked) => policy(...asked) } });
});
beforeEach(async () => {
  policy = () => undefined;
  for (const name of ['accounts', 'account_identities', 'email_codes', 'notification_deliveries']) {
    await app.collection(name).deleteMany({});
  }
  app.outbox.emails.length = 0;
});
afterAll(async () => {
  await app.close();
});

function signUp(body: object): Promise<Answer> {
  return app.send('POST', '/accounts', { body });
}

async function receiveCode(): Promise<string> {
  await app.notification.deliverDueMessages();
  return /\b\d{6}\b/.exec(app.outbox.emails.at(-1)!.text)![0];
}

function logIn(emailAddress: string, emailCode: string, more: object = {}) {
  return app.logins.loginByEmailAndCode({ emailAddress, emailCode, ...more, ...origin }, anonymous);
}

function logInWithPassword(emailAddress: string) {
  return app.logins.loginByEmailAndPassword({ emailAddress, password, ...origin }, anonymous);
}

async function signUpFor(email: string): Promise<string> {
  await signUp({ email, password });
  return (await logIn(email, await receiveCode(), { password })).accountId;
}

function comparable({ status, headers, body }: Answer): object {
  const kept = [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
  return { status, headers: Object.fromEntries(kept), body };
}

describe('the e-mail form', () => {
  it('mails a code, with which the account and its password begin', async () => {
    const answer = await signUp({ email: 'Ada@example.com', password });

    expect(answer).toMatchObject({ status: 202, body: { expires_at: expect.any(String) } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await app.collection('accounts').countDocuments()).toBe(0);
    const names = { firstName: 'Ada', lastName: 'Lovelace' };
    const code = await receiveCode();
    const { accountId, token } = await logIn('ada@example.com', code, { ...names, password });
    const { body } = await app.send('GET', `/accounts/${accountId}`, { token });
    expect(body).toMatchObject({
      first_name: 'Ada',
      last_name: 'Lovelace',
      username: '',
      email: 'ada@example.com',
      email_verified: true,
      phone_number: null,
      phone_number_verified: false,
    });
    await expect(logInWithPassword('ADA@example.com')).resolves.toMatchObject({ accountId });
  });

  it('sets no password that the log-in does not repeat', async () => {
    await signUp({ email: 'eve@example.com', password });
    await logIn('eve@example.com', await receiveCode());

    await expect(logInWithPassword('eve@example.com')).rejects.toMatchObject({ httpStatus: 401 });
  });

  it('sets no password of which a newer code knows nothing', async () => {
    await signUp({ email: 'eve@example.com', password: 'difference engine' });
    await receiveCode();
    app.clock.advance(60_000);
    await signUp({ email: 'eve@example.com', password });
    const repeated = { password: 'difference engine' };

    const { accountId } = await logIn('eve@example.com', await receiveCode(), repeated);

    expect(await app.collection('accounts').findOne()).toMatchObject({ hashed_password: '' });
    expect(accountId).toEqual(expect.any(String));
  });

  it('answers alike, after the same work, whether or not somebody has the address', async () => {
    await signUpFor('known@example.com');
    const username = { username: 'name@example.com', first_name: '', last_name: '', password };
    await signUp(username);
    await app.notification.deliverDueMessages();
    app.outbox.emails.length = 0;
    const seen: object[] = [];
    for (const email of ['known@example.com', 'name@example.com', 'unknown@example.com']) {
      vi.clearAllMocks();
      app.commands.length = 0;
      const answer = await signUp({ email, password });
      seen.push({
        ...comparable(answer),
        hashes: vi.mocked(argon2.hash).mock.calls.length,
        verifications: vi.mocked(argon2.verify).mock.calls.length,
        commands: [...app.commands],
      });
    }

    expect(seen[0]).toMatchObject({ status: 202, hashes: 1 });
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
    await app.notification.deliverDueMessages();
    const subjects = new Map(app.outbox.emails.map(({ to, subject }) => [to, subject]));
    expect(subjects.get('known@example.com')).toBe(subjects.get('name@example.com'));
    expect(subjects.get('known@example.com')).not.toBe(subjects.get('unknown@example.com'));
  });

  it('keeps no password for an address that somebody has', async () => {
    const accountId = await signUpFor('known@example.com');
    app.clock.advance(60_000);
    await signUp({ email: 'known@example.com', password: 'difference engine' });
    const code = await receiveCode();

    const repeated = { password: 'difference engine' };
    await expect(logIn('known@example.com', code, repeated)).resolves.toMatchObject({ accountId });
    await expect(logInWithPassword('known@example.com')).resolves.toMatchObject({ accountId });
  });

  it.each(['known@example.com', 'unknown@example.com'])(
    'asks the policy before the hash, whether or not there is an account: %s',
    async (email) => {
      await signUpFor('known@example.com');
      app.clock.advance(60_000);
      vi.clearAllMocks();
      const before = await app.collection('email_codes').countDocuments();
      const asked = vi.fn<SignUpPolicy>(() => {
        throw new AccountBadRequestError('Not you.');
      });
      policy = asked;

      const answer = await signUp({ email, password, first_name: 'Ada' });

      expect(answer).toMatchObject({ status: 400, body: { message: 'Not you.' } });
      expect(asked.mock.calls[0]![0]).toEqual({ emailAddress: email, firstName: 'Ada' });
      expect(vi.mocked(argon2.hash)).not.toHaveBeenCalled();
      expect(await app.collection('email_codes').countDocuments()).toBe(before);
    },
  );

  it('answers 429 within the pause, and stores nothing', async () => {
    const limited = await createApp({ rateLimits: true });
    const send = () =>
      limited.send('POST', '/accounts', { body: { email: 'ada@example.com', password } });

    expect(await send()).toMatchObject({ status: 202 });
    expect(await send()).toMatchObject({ status: 429 });
    expect(await limited.collection('email_codes').countDocuments()).toBe(1);
    await limited.close();
  });

  const email = 'ada@example.com';
  it.each([
    ['no password', { email }, 'password must be a string'],
    ['a number for an address', { email: 1, password }, 'email must be a string'],
    ['no address', { email: 'ada', password }, 'email must be an e-mail address'],
    ['two addresses', { email: `${email},${email}`, password }, 'email must be an e-mail address'],
    ['a short password', { email, password: 'short' }, 'password must have at least 8'],
    ['the address as password', { email, password: 'ada@example.com1' }, 'password must not'],
    ['a number for a name', { email, password, first_name: 1 }, 'first_name must be a string'],
    ['a control character', { email, password, first_name: '\n' }, 'first_name must not have'],
    ['a username beside it', { email, username: 'ada' }, 'must have username and password'],
  ])('answers 400 for %s, and mails nothing', async (_what, body, message) => {
    expect(await signUp(body)).toMatchObject({
      status: 400,
      body: { code: 'ACCOUNT_ERR_04', message: expect.stringContaining(message) },
    });
    expect(await app.collection('email_codes').countDocuments()).toBe(0);
  });

  it('decides only where there is no other name', async () => {
    const named = { email: 'ada@example.com', first_name: '', last_name: '', password };
    const phone_number = { country_code: '+91', phone_number: '9999999999' };

    expect(await signUp({ ...named, username: 'ada' })).toMatchObject({
      status: 201,
      body: { username: 'ada', email: null },
    });
    expect(await signUp({ ...named, phone_number })).toMatchObject({
      status: 201,
      body: { username: '', email: null },
    });
  });
});

describe('a reset by e-mail address', () => {
  async function resetMails(body: object): Promise<readonly string[]> {
    app.outbox.emails.length = 0;
    const answer = await app.send('POST', '/password-reset-tokens', { body });
    expect(answer).toMatchObject({ status: 201, body: { expires_at: expect.any(String) } });
    await app.jobs.runDispatched();
    await app.notification.deliverDueMessages();
    return app.outbox.emails.map(({ to }) => to);
  }

  it('is mailed to the proved address, also if it was asked for by username', async () => {
    await signUpFor('ada@example.com');
    await app.collection('accounts').updateOne({}, { $set: { username: 'lovelace@example.com' } });
    const username = {
      _id: 'username:lovelace@example.com',
      account_id: (await app.collection('accounts').findOne())!._id.toHexString(),
      kind: 'username',
      value: 'lovelace@example.com',
      created_at: new Date(),
      updated_at: new Date(),
    };
    await app.collection('account_identities').insertOne(username as never);

    expect(await resetMails({ email: 'ADA@example.com' })).toEqual(['ada@example.com']);
    expect(await resetMails({ username: 'lovelace@example.com' })).toEqual(['ada@example.com']);
    expect(await resetMails({ email: 'lovelace@example.com' })).toEqual([]);
    expect(await resetMails({ email: 'eve@example.com' })).toEqual([]);
  });

  it('proves the address that the link was mailed to, for that account alone', async () => {
    const form = { username: 'ada@example.com', first_name: '', last_name: '', password };
    const { body: account } = await signUp(form);
    expect(await resetMails({ email: 'Ada@example.com' })).toEqual(['ada@example.com']);
    const [, token] = /token=([\w-]+)/.exec(app.outbox.emails[0]!.text)!;
    const reset = { token, new_password: 'difference engine' };

    const answer = await app.send('PATCH', `/accounts/${account.id}`, { body: reset });

    expect(answer).toMatchObject({
      status: 200,
      body: { email: 'ada@example.com', email_verified: true },
    });
    const params = { emailAddress: 'ada@example.com', password: 'difference engine' };
    await expect(
      app.accounts.getAccountByEmailAndPassword(params, anonymous),
    ).resolves.toMatchObject({ id: account.id });
  });

  it('proves nothing that another account has proved since', async () => {
    const form = { username: 'ada@example.com', first_name: '', last_name: '', password };
    const { body: account } = await signUp(form);
    await resetMails({ username: 'ada@example.com' });
    const [, token] = /token=([\w-]+)/.exec(app.outbox.emails[0]!.text)!;
    const phone = { country_code: '+91', phone_number: '9999999999' };
    await app.collection('accounts').updateOne({}, { $set: { phone_number: phone } });
    const other = await app.accounts.admitProvedEmail(
      { emailAddress: 'ada@example.com' },
      anonymous,
    );
    await app
      .collection('accounts')
      .updateOne({ username: 'ada@example.com' }, { $set: { phone_number: null } });
    const reset = { token, new_password: 'difference engine' };

    const answer = await app.send('PATCH', `/accounts/${account.id}`, { body: reset });

    expect(answer).toMatchObject({ status: 200, body: { email: null, email_verified: false } });
    expect(other.id).not.toBe(account.id);
  });

  it.each([
    ['no address', { email: 'ada' }, 'email must be an e-mail address'],
    ['a number', { email: 1 }, 'email must be a string'],
    ['neither name', {}, 'username must be a string'],
    ['another name beside it', { email: 'a@example.com', username: 1 }, 'username must be a'],
  ])('answers 400 for %s', async (_what, body, message) => {
    expect(await app.send('POST', '/password-reset-tokens', { body })).toMatchObject({
      status: 400,
      body: { code: 'ACCOUNT_ERR_04', message: expect.stringContaining(message) },
    });
  });
});
