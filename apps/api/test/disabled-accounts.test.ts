import { randomBytes } from 'node:crypto';

import { OperationContext } from '@org/core';
import { createThrowawayDatabase, FakeClock, type ThrowawayDatabase } from '@org/core/testing';
import type { EmailMessage, SmsMessage } from '@org/notification';
import { InMemoryMessageProvider } from '@org/notification/testing';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import { composeProgramBackend, type ProgramBackend } from '../src/backend.ts';
import { readConfig } from '../src/config.ts';
import { createLogger } from '../src/logging.ts';
import { Readiness } from '../src/readiness.ts';
import { buildServer } from '../src/server.ts';

const secretKey = randomBytes(32);
const clock = new FakeClock(new Date());
const emails = new InMemoryMessageProvider<EmailMessage>();
const smsMessages = new InMemoryMessageProvider<SmsMessage>();
const operator = OperationContext.create({
  actor: { type: 'worker', id: 'support' },
  requestId: 'request-1',
});
const password = 'analytical engine';
const phone_number = { country_code: '+91', phone_number: '9999999999' };

let throwaway: ThrowawayDatabase;
/** Two processes. */
let first: FastifyInstance;
let second: FastifyInstance;
let backend: ProgramBackend;
const commands: string[] = [];

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({
    uri: inject('mongodbUri'),
    clock,
    monitorCommands: true,
  });
  throwaway.database.client.on('commandStarted', ({ commandName }) => commands.push(commandName));
  [first, backend] = await start();
  [second] = await start();
});
afterAll(async () => {
  await Promise.all([first.close(), second.close()]);
  await throwaway.remove();
});
beforeEach(async () => {
  await backend.notification.deliverDueMessages();
  for (const { name } of await throwaway.database.driver.listCollections().toArray()) {
    if (!/keys|state|processes/.test(name)) {
      await throwaway.database.collection(name).deleteMany({});
    }
  }
  emails.sent.length = 0;
  smsMessages.sent.length = 0;
});

async function start(): Promise<[FastifyInstance, ProgramBackend]> {
  const config = readConfig({ RATE_LIMITS: 'off', TRUSTED_PROXIES: '127.0.0.1' });
  const logger = createLogger('silent');
  const channels = { email: emails, sms: smsMessages };
  const { database } = throwaway;
  const composed = composeProgramBackend({ config, database, secretKey, clock, logger, channels });
  await composed.initialize();
  const readiness = new Readiness();
  readiness.announce();
  return [await buildServer({ config, backend: composed, readiness, logger }), composed];
}

interface Sent {
  readonly body?: object | undefined;
  readonly headers?: Record<string, string>;
  readonly app?: FastifyInstance;
}

async function send(method: 'GET' | 'POST' | 'PATCH', path: string, sent: Sent = {}) {
  const { body, headers = {}, app = first } = sent;
  return app.inject({ method, url: `/api${path}`, headers, ...(body && { payload: body }) });
}

/** As the browser of the program's own site. */
const sameOrigin = { 'sec-fetch-site': 'same-origin' };

const post = (path: string, body: object) =>
  send('POST', path, { body, ...(path === '/sessions' && { headers: sameOrigin }) });

/** What a client sees, without what differs between any two answers, and the work behind it. */
async function look(request: () => ReturnType<typeof send>) {
  commands.length = 0;
  const { statusCode, headers, body } = await request();
  const kept = Object.entries(headers).filter(([name]) => !/^(?:date|x-request-id)$/.test(name));
  return { statusCode, headers: Object.fromEntries(kept), body, commands: commands.toSorted() };
}

/** The same of a request that is accepted, whose answer has times of its own. */
async function lookAt201(request: () => ReturnType<typeof send>) {
  const { body, ...seen } = await look(request);
  return { ...seen, fields: Object.keys(JSON.parse(body) as object) };
}

async function codeFor(recipient: string): Promise<string> {
  await backend.notification.deliverDueMessages();
  const sent = [...emails.sent, ...smsMessages.sent].map(({ message }) => message);
  const { text } = sent.findLast(({ to }) => to === recipient)!;
  return /\b\d{6}\b/.exec(text)![0];
}

/** Proves an address, with a password. */
async function signUpByEmail(email: string): Promise<string> {
  await post('/accounts', { email, password });
  const email_code = await codeFor(email);
  const login = await post('/access-tokens', { email, email_code, password });
  return login.json<{ account_id: string }>().account_id;
}

async function signUpByUsername(username: string): Promise<string> {
  const body = { first_name: 'Ada', last_name: 'Lovelace', username, password };
  return (await post('/accounts', body)).json<{ id: string }>().id;
}

async function signUpByPhone(): Promise<string> {
  await post('/accounts', { phone_number });
  const otp_code = await codeFor('+919999999999');
  const login = await post('/access-tokens', { phone_number, otp_code });
  return login.json<{ account_id: string }>().account_id;
}

/** As ada. */
async function logInBothWays() {
  clock.advance(1);
  const credentials = { username: 'ada', password };
  const login = await post('/access-tokens', credentials);
  const { headers } = await post('/sessions', credentials);
  const cookie = String(headers['set-cookie']).split(';', 1)[0]!;
  return { ...login.json<{ token: string; refresh_token: string }>(), cookie };
}

const disable = (accountId: string) =>
  backend.accounts.support.disableAccount({ accountId }, operator);
const enable = (accountId: string) =>
  backend.accounts.support.enableAccount({ accountId }, operator);

describe('a log-in to a disabled account', () => {
  it('by username answers as a wrong password, after the same work', async () => {
    const id = await signUpByUsername('ada');
    const wrong = await look(() =>
      post('/access-tokens', { username: 'ada', password: 'wrong password' }),
    );

    await disable(id);

    expect(wrong).toMatchObject({ statusCode: 401 });
    for (const username of ['ada', 'Ada']) {
      expect(await look(() => post('/access-tokens', { username, password }))).toEqual(wrong);
    }
    await enable(id);
    expect(await post('/access-tokens', { username: 'ada', password })).toMatchObject({
      statusCode: 201,
    });
  });

  it('by e-mail address answers as a wrong password, after the same work', async () => {
    const email = 'ada@example.com';
    const id = await signUpByEmail(email);
    const wrong = await look(() => post('/access-tokens', { email, password: 'wrong password' }));

    await disable(id);

    expect(wrong).toMatchObject({ statusCode: 401 });
    expect(await look(() => post('/access-tokens', { email, password }))).toEqual(wrong);
    expect(await post('/sessions', { email, password })).toMatchObject({
      statusCode: 401,
      body: wrong.body,
    });
    await enable(id);
    expect(await post('/access-tokens', { email, password })).toMatchObject({ statusCode: 201 });
  });

  it('by a code that was sent before is refused', async () => {
    const id = await signUpByPhone();
    clock.advance(60_000);
    await post('/accounts', { phone_number });
    const otp_code = await codeFor('+919999999999');

    await disable(id);

    expect(await post('/access-tokens', { phone_number, otp_code })).toMatchObject({
      statusCode: 400,
    });
    await enable(id);
    expect(await post('/access-tokens', { phone_number, otp_code })).toMatchObject({
      statusCode: 400,
    });
  });

  it('by a right code answers as a wrong one, even if the code was not revoked', async () => {
    const email = 'ada@example.com';
    const id = await signUpByEmail(email);
    await signUpByPhone();
    clock.advance(60_000);
    await post('/email-codes', { email });
    const email_code = await codeFor(email);
    await post('/accounts', { phone_number });
    const otp_code = await codeFor('+919999999999');
    const wrong = await look(() => post('/access-tokens', { email, email_code: '' }));
    expect(wrong).toMatchObject({ statusCode: 400 });
    // As if both had been sent by a process that did not know yet.
    const disabled_at = clock.now();
    await throwaway.database.collection('accounts').updateMany({}, { $set: { disabled_at } });

    const byEmail = await look(() => post('/access-tokens', { email, email_code }));
    const byPhone = await look(() => post('/access-tokens', { phone_number, otp_code }));

    expect(byEmail).toMatchObject({ statusCode: 400, body: wrong.body });
    expect(byPhone).toMatchObject({ statusCode: 400, body: wrong.body });
    expect(id).toHaveLength(24);
  });

  it('is not made possible by an address that is its username', async () => {
    const id = await signUpByUsername('ada@example.com');
    await post('/email-codes', { email: 'ada@example.com' });
    const email_code = await codeFor('ada@example.com');

    await disable(id);

    const login = await post('/access-tokens', { email: 'ada@example.com', email_code });
    expect(login).toMatchObject({ statusCode: 400 });
    expect(await throwaway.database.collection('accounts').countDocuments()).toBe(1);
  });
});

describe('a disabled account', () => {
  it('ends its sessions here at once, elsewhere in half a second: tokens and cookies', async () => {
    const id = await signUpByUsername('ada');
    const { token, cookie, refresh_token } = await logInBothWays();
    const byToken = { authorization: `Bearer ${token}` };
    const read = (app: FastifyInstance, headers: Record<string, string>) =>
      send('GET', `/accounts/${id}`, { headers, app });
    const readAll = async (app: FastifyInstance) => [
      (await read(app, byToken)).statusCode,
      (await read(app, { cookie })).statusCode,
    ];
    expect([...(await readAll(first)), ...(await readAll(second))]).toEqual([200, 200, 200, 200]);

    await disable(id);

    expect(await readAll(first)).toEqual([401, 401]);
    expect((await read(first, byToken)).json()).toMatchObject({ code: 'ACCESS_TOKEN_ERR_05' });
    clock.advance(500);
    expect(await readAll(second)).toEqual([401, 401]);
    const again = await send('POST', '/sessions/current/authentications', {
      headers: byToken,
      body: { password },
    });
    expect(again.json()).toMatchObject({ code: 'ACCESS_TOKEN_ERR_05' });
    const refreshed = await post('/access-tokens', { refresh_token });
    const forged = await post('/access-tokens', { refresh_token: 'forged' });
    expect(refreshed.json()).toEqual(forged.json());

    await enable(id);
    clock.advance(500);

    expect([...(await readAll(first)), ...(await readAll(second))]).toEqual([401, 401, 401, 401]);
    expect(await post('/access-tokens', { refresh_token })).toMatchObject({ statusCode: 401 });
  });

  it('refuses sessions that a version before this one lets begin, then and later', async () => {
    const id = await signUpByUsername('ada');
    await disable(id);
    const stored = await throwaway.database.collection('accounts').findOne();
    const sessionEpoch = stored!['session_epoch'] as number;
    const { token } = await backend.authentication.createAccessToken(
      { accountId: id, sessionEpoch, userAgent: 'test', ip: '192.0.2.1' },
      operator,
    );
    const headers = { authorization: `Bearer ${token}` };

    expect(await send('GET', `/accounts/${id}`, { headers })).toMatchObject({ statusCode: 401 });
    await enable(id);
    clock.advance(500);
    expect(await send('GET', `/accounts/${id}`, { headers })).toMatchObject({ statusCode: 401 });
  });

  it('gets no code by mail, after the same work and with the same answer', async () => {
    const [email, other] = ['ada@example.com', 'eve@example.com'];
    const id = await signUpByEmail(email);
    clock.advance(60_000);
    const known = await lookAt201(() => post('/email-codes', { email }));
    await backend.notification.deliverDueMessages();
    await disable(id);
    await backend.notification.deliverDueMessages();
    emails.sent.length = 0;
    clock.advance(60_000);

    const codeSeen = await lookAt201(() => post('/email-codes', { email }));
    const unknown = await lookAt201(() => post('/email-codes', { email: other }));
    clock.advance(60_000);
    const signUp = await lookAt201(() => post('/accounts', { email, password }));
    const otherSignUp = await lookAt201(() => post('/accounts', { email: other, password }));

    expect(codeSeen).toEqual(known);
    expect(codeSeen).toEqual(unknown);
    expect(signUp).toMatchObject({ statusCode: 202 });
    expect(signUp).toEqual(otherSignUp);
    await backend.notification.deliverDueMessages();
    expect(new Set(emails.sent.map(({ message }) => message.to))).toEqual(new Set([other]));
    const withheld = { account_id: id, status: 'dropped', payload: { $exists: false } };
    const { driver } = throwaway.database;
    expect(await driver.collection('notification_deliveries').countDocuments(withheld)).toBe(2);
  });

  it('gets no code by SMS, and its number answers as that of any account', async () => {
    const id = await signUpByPhone();
    clock.advance(60_000);
    const known = await post('/accounts', { phone_number });
    const seen = await lookAt201(() => post('/accounts', { phone_number }));
    await disable(id);
    await backend.notification.deliverDueMessages();
    smsMessages.sent.length = 0;
    clock.advance(60_000);

    const answer = await post('/accounts', { phone_number });

    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ id, phone_number, username: '' });
    expect(Object.keys(answer.json())).toEqual(Object.keys(known.json()));
    expect(await lookAt201(() => post('/accounts', { phone_number }))).toEqual(seen);
    await backend.notification.deliverDueMessages();
    expect(smsMessages.sent).toEqual([]);
  });

  it('gets no reset mail, and a link from before answers as a used one', async () => {
    const email = 'ada@example.com';
    const id = await signUpByUsername(email);
    await throwaway.database.collection('accounts').updateOne({}, { $set: { email: null } });
    const { resetTokens } = backend.authentication;
    const { token } = await resetTokens.createPasswordResetToken({ accountId: id }, operator);
    const use = (secret: string) =>
      send('PATCH', `/accounts/${id}`, { body: { token: secret, new_password: 'new engine 1' } });
    // The first refusal of a source is recorded by itself, those after it are counted.
    await use('wrong');
    const wrong = await look(() => use('wrong'));
    await disable(id);
    await backend.notification.deliverDueMessages();
    emails.sent.length = 0;

    const requests = [
      await post('/password-reset-tokens', { username: email }),
      await post('/password-reset-tokens', { email }),
    ];
    await backend.jobs.drain();
    await backend.notification.deliverDueMessages();

    expect(requests.map(({ statusCode }) => statusCode)).toEqual([201, 201]);
    expect(emails.sent).toEqual([]);
    expect(await look(() => use('wrong'))).toEqual(wrong);
    expect((await use(token)).json()).toMatchObject({
      code: 'ACCOUNT_ERR_04',
      message: `Password reset is already used for accountId ${id}. Please retry with new link`,
    });
    // Of a process that did not know yet.
    const later = await resetTokens.createPasswordResetToken({ accountId: id }, operator);
    expect(await use(later.token)).toMatchObject({ statusCode: 400 });
    expect(await post('/access-tokens', { username: email, password })).toMatchObject({
      statusCode: 401,
    });
    await enable(id);
    expect(await post('/access-tokens', { username: email, password })).toMatchObject({
      statusCode: 201,
    });
  });

  it('keeps its names', async () => {
    const id = await signUpByUsername('ada');
    await disable(id);
    const body = { first_name: '', last_name: '', username: 'ADA', password };

    const again = await post('/accounts', body);

    expect(again.json()).toMatchObject({ code: 'ACCOUNT_ERR_01' });
    expect(again.statusCode).toBe(409);
  });
});

describe('the end of sessions by operators', () => {
  it.each([
    [
      'of one account',
      (accountId: string) => backend.accounts.support.endSessions({ accountId }, operator),
    ],
    ['of all', () => backend.authentication.endAllSessions(operator)],
  ])(
    '%s acts on tokens and cookies: here at once, elsewhere in half a second',
    async (_of, end) => {
      const id = await signUpByUsername('ada');
      const { token, cookie, refresh_token } = await logInBothWays();
      const read = (app: FastifyInstance) =>
        Promise.all(
          [{ authorization: `Bearer ${token}` }, { cookie }].map(async (credentials) => {
            const headers = { ...sameOrigin, ...credentials };
            return (await send('GET', `/accounts/${id}`, { headers, app })).statusCode;
          }),
        );
      expect([...(await read(first)), ...(await read(second))]).toEqual([200, 200, 200, 200]);

      await end(id);

      expect(await read(first)).toEqual([401, 401]);
      clock.advance(500);
      expect(await read(second)).toEqual([401, 401]);
      expect(await post('/access-tokens', { refresh_token })).toMatchObject({ statusCode: 401 });
      clock.advance(1);
      const again = await post('/access-tokens', { username: 'ada', password });
      expect(again).toMatchObject({ statusCode: 201 });
    },
  );

  it('of an account also ends one that is about to begin', async () => {
    const id = await signUpByUsername('ada');
    const stored = await throwaway.database.collection('accounts').findOne();
    const sessionEpoch = (stored!['session_epoch'] as number | undefined) ?? 0;

    await backend.accounts.support.endSessions({ accountId: id }, operator);

    const { token } = await backend.authentication.createAccessToken(
      { accountId: id, sessionEpoch, userAgent: 'test', ip: '192.0.2.1' },
      operator,
    );
    const headers = { authorization: `Bearer ${token}` };
    expect(await send('GET', `/accounts/${id}`, { headers })).toMatchObject({ statusCode: 401 });
  });
});
