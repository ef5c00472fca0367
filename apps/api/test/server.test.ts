import { randomBytes } from 'node:crypto';

import { OperationContext, SecretKey } from '@org/core';
import { createThrowawayDatabase, FakeClock, type ThrowawayDatabase } from '@org/core/testing';
import type { FastifyInstance } from 'fastify';
import { Binary } from 'mongodb';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

import { composeProgramBackend, type ProgramBackend } from '../src/backend.ts';
import { readConfig } from '../src/config.ts';
import { createLogger } from '../src/logging.ts';
import { Readiness } from '../src/readiness.ts';
import { buildServer } from '../src/server.ts';

const config = readConfig({ TRUSTED_PROXIES: '127.0.0.1' });
const logger = createLogger('silent');
let readiness: Readiness;
let throwaway: ThrowawayDatabase;
let backend: ProgramBackend;
let app: FastifyInstance;

beforeEach(async () => {
  throwaway = await createThrowawayDatabase({
    uri: inject('mongodbUri'),
    monitorCommands: true,
  });
  backend = compose();
  readiness = new Readiness();
  readiness.announce();
  app = await build(config);
});
afterEach(async () => {
  await app.close();
  await throwaway.remove().catch(() => undefined);
});

const ada = { first_name: 'Ada', last_name: '', username: 'ada', password: 'analytical engine' };

function compose(clock?: FakeClock): ProgramBackend {
  const { database } = throwaway;
  const given = clock === undefined ? {} : { clock };
  return composeProgramBackend({ ...given, config, database, secretKey: randomBytes(32), logger });
}

function build(using: typeof config, log = logger) {
  return buildServer({ config: using, backend, readiness, logger: log });
}

async function signUpAndLogIn(): Promise<{ id: string; token: string }> {
  await app.inject({ method: 'POST', url: '/api/accounts', payload: ada });
  const login = await app.inject({ method: 'POST', url: '/api/access-tokens', payload: ada });
  const { account_id: id, token } = login.json<{ account_id: string; token: string }>();
  return { id, token };
}

describe('liveness', () => {
  it.each(['/api', '/api/'])('is told as text at %s', async (url) => {
    const response = await app.inject(url);

    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toMatch(/^text\/plain/);
    expect(response.body).toBe('The API is alive.');
  });

  it.each(['/api', '/api/'])('is all that %s answers', async (url) => {
    const response = await app.inject({ method: 'POST', url });

    expect(response).toMatchObject({ statusCode: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('does not depend on MongoDB', async () => {
    await throwaway.database.close();

    expect((await app.inject('/health/live')).statusCode).toBe(200);
  });
});

describe('readiness', () => {
  it('names the collections that another program gave its validators', async () => {
    await backend.initialize();
    const validator = { $jsonSchema: { required: ['hashed_otp'] } };
    await throwaway.database.driver.command({ collMod: 'otps', validator });

    const response = await app.inject('/health/ready');

    expect(response.statusCode).toBe(503);
    expect(response.json<{ message: string }>().message).toContain('its validators: otps.');
  });

  it('names where it lacks the key of what is stored', async () => {
    await backend.initialize();
    const other = SecretKey.create({ current: randomBytes(32) });
    const now = new Date();
    await throwaway.database.collection('push_subscriptions').insertOne({
      account_id: 'account 1',
      endpoint_hash: 'hash 1',
      encrypted_secret: new Binary(other.encrypt('push subscription', Buffer.from('{}'))),
      created_at: now,
      updated_at: now,
    });

    backend.startUpkeep();

    const unreadable_secrets = [{ collection: 'push_subscriptions', documents: 1 }];
    await expect
      .poll(async () => {
        const response = await app.inject('/health/ready');
        return [response.statusCode, response.json()];
      })
      .toEqual([200, { status: 'ready', unreadable_secrets }]);
    await backend.close();
  });

  it('is 200 while MongoDB answers', async () => {
    await backend.initialize();
    const response = await app.inject('/health/ready');

    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ status: 'ready' });
  });

  it('is 503 when it does not, and so is what needs it', async () => {
    await backend.initialize();
    await throwaway.database.close();

    for (const response of [
      await app.inject('/health/ready'),
      await app.inject({ method: 'POST', url: '/api/access-tokens', payload: ada }),
    ]) {
      expect(response.statusCode).toBe(503);
      expect(response.headers['retry-after']).toBe('1');
      expect(response.json()).toMatchObject({
        code: 'SERVER_ERR_02',
        request_id: response.headers['x-request-id'],
      });
    }
  });
});

describe('documents that collide under a unique index', () => {
  it('are named by readiness, and served as they are', async () => {
    const accounts = throwaway.database.collection('accounts');
    const longAgo = new Date(0);
    const common = {
      ...{ active: true, first_name: '', last_name: '', hashed_password: '' },
      ...{ created_at: longAgo, updated_at: longAgo },
    };
    const { insertedIds } = await accounts.insertMany([
      { ...common, username: 'bob' },
      { ...common, username: 'Bob' },
    ]);
    await backend.initialize();

    const response = await app.inject('/health/ready');

    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      status: 'ready',
      index_conflicts: [
        {
          collection: 'accounts',
          index: 'active_username_unique',
          conflicting_ids: [Object.values(insertedIds).map(String)],
        },
      ],
      identities: { accounts_seen: 0, accounts_total: 2, passed_at: null },
    });

    await accounts.deleteOne({ username: 'Bob' });
    await backend.accounts.identities.complete(OperationContext.anonymous('test'));
    expect((await app.inject('/health/ready')).json()).toEqual({ status: 'ready' });
  });
});

describe('a program that is starting', () => {
  it.each([
    ['', () => undefined],
    [', and to stop before it has', () => readiness.withdraw()],
  ])('says so, serves nothing, and is alive%s', async (_what, happen) => {
    await app.close();
    readiness = new Readiness();
    app = await build(config);
    happen();

    for (const url of ['/health/ready', '/api/', '/api/accounts/64b000000000000000000001']) {
      expect(await app.inject(url)).toMatchObject({ statusCode: 503 });
    }
    expect((await app.inject('/health/live')).statusCode).toBe(200);
  });

  it('logs no warning of the probes that come meanwhile, but one of a request', async () => {
    await app.close();
    readiness = new Readiness();
    const lines: string[] = [];
    app = await build(config, createLogger('warn', { write: (line) => void lines.push(line) }));

    await app.inject('/health/ready');
    expect(lines).toEqual([]);

    await app.inject('/api/accounts/64b000000000000000000001');
    expect(lines).toEqual([expect.stringContaining('request refused')]);
  });
});

describe('a program that is stopping', () => {
  it('says so, and serves until its server closes', async () => {
    readiness.withdraw();

    expect((await app.inject('/health/ready')).statusCode).toBe(503);
    expect((await app.inject('/api/')).statusCode).toBe(200);
  });

  it('does not become ready again once it stops', () => {
    readiness.withdraw();
    readiness.announce();

    expect(readiness.isReady).toBe(false);
  });
});

describe('round trips to MongoDB', () => {
  it('are few: one or two for a read, three for an update, six for a login', async () => {
    await app.close();
    // What is remembered for half a second is remembered throughout.
    backend = compose(new FakeClock());
    app = await build(config);
    await backend.initialize();
    const { id, token } = await signUpAndLogIn();
    const headers = { authorization: `Bearer ${token}` };
    const commands: string[] = [];
    const count = () => commands.splice(0);
    throwaway.database.client.on('commandStarted', ({ commandName }) => commands.push(commandName));

    await app.inject({ url: `/api/accounts/${id}`, headers });
    // The session with its account's epoch, which is then remembered; the account.
    expect(count()).toEqual(['aggregate', 'find']);

    await app.inject({ url: `/api/accounts/${id}`, headers });
    expect(count()).toEqual(['find']);

    const payload = { first_name: 'Augusta' };
    await app.inject({ method: 'PATCH', url: `/api/accounts/${id}`, headers, payload });
    expect(count()).toEqual(['findAndModify', 'insert', 'commitTransaction']);

    const ownPage = { 'sec-fetch-site': 'same-origin', 'user-agent': 'a browser' };
    const log = { method: 'POST', url: '/api/sessions', payload: ada, headers: ownPage } as const;
    const { cookies } = await app.inject(log);
    const { name = '', value = '' } = cookies[0] ?? {};
    count();
    await app.inject({ url: `/api/accounts/${id}`, cookies: { [name]: value } });
    expect(count()).toEqual(['aggregate', 'find']);
    await app.inject({ url: `/api/accounts/${id}`, cookies: { [name]: value } });
    expect(count()).toEqual(['find']);

    await app.inject({ method: 'POST', url: '/api/access-tokens', payload: ada });
    // The try in two counters at once, the account; its devices, the session, its records and the
    // commit, while the two counters are settled: six one after the other.
    const login = count();
    expect(login.slice(0, 3)).toEqual(['findAndModify', 'findAndModify', 'aggregate']);
    expect(login.slice(3).sort()).toEqual([
      'commitTransaction',
      'find',
      'findAndModify',
      'findAndModify',
      'insert',
      'insert',
    ]);
  });
});

describe('the address of a client', () => {
  it('is believed from a trusted proxy', async () => {
    await backend.initialize();
    await app.inject({ method: 'POST', url: '/api/accounts', payload: ada });

    await app.inject({
      method: 'POST',
      url: '/api/access-tokens',
      payload: ada,
      headers: { 'x-forwarded-for': '203.0.113.7', 'user-agent': 'test' },
    });

    const session = await throwaway.database.collection('sessions').findOne();
    expect(session).toMatchObject({ ip: '203.0.113.7', user_agent: 'test' });
  });

  it('is one source, whichever port a proxy names with it', async () => {
    await backend.initialize();
    const ask = (port: number) =>
      app.inject({
        method: 'POST',
        url: '/api/password-reset-tokens',
        payload: { username: `ada-${port}` },
        headers: { 'x-forwarded-for': `203.0.113.7:${port}` },
      });

    const statuses: number[] = [];
    for (let port = 40_000; port < 40_030; port += 1) {
      statuses.push((await ask(port)).statusCode);
    }

    expect(statuses.filter((status) => status === 201)).toHaveLength(20);
    expect(statuses.slice(20)).toEqual(Array(10).fill(429));
  });

  it('is that of the socket without one', async () => {
    const direct = await build({ ...config, TRUSTED_PROXIES: [] });
    await backend.initialize();
    await direct.inject({ method: 'POST', url: '/api/accounts', payload: ada });

    await direct.inject({
      method: 'POST',
      url: '/api/access-tokens',
      payload: ada,
      headers: { 'x-forwarded-for': '203.0.113.7' },
    });

    const session = await throwaway.database.collection('sessions').findOne();
    expect(session).toMatchObject({ ip: '127.0.0.1' });
    await direct.close();
  });
});
