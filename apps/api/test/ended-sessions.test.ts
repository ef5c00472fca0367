import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';

import { createThrowawayDatabase, type ThrowawayDatabase } from '@org/core/testing';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';

import { composeProgramBackend, type ProgramBackend } from '../src/backend.ts';
import { readConfig } from '../src/config.ts';
import { createLogger } from '../src/logging.ts';
import { Readiness } from '../src/readiness.ts';
import { buildServer } from '../src/server.ts';

interface Operation {
  readonly requestBody?: {
    readonly content: Record<string, { readonly examples: Record<string, { value: object }> }>;
  };
}

const document = createRequire(import.meta.url)('../src/openapi.json') as {
  readonly paths: Record<string, Record<string, Operation>>;
};

/** What an account's owner sends with a body, as the API's description has it. */
const bodies = Object.entries(document.paths)
  .filter(([path]) => path.startsWith('/api/accounts/{account_id}'))
  .flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { requestBody }]) =>
      Object.values(requestBody?.content['application/json']?.examples ?? {}).map(
        ({ value }) => [method.toUpperCase(), path, value] as const,
      ),
    ),
  )
  // This form proves itself by its token, and needs no session.
  .filter(([, , body]) => !('token' in body));

const ada = { first_name: 'Ada', last_name: '', username: 'ada', password: 'analytical engine' };

let throwaway: ThrowawayDatabase;
let backend: ProgramBackend;
let app: FastifyInstance;
let address: string;
let id: string;
let headers: { readonly authorization: string };

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
  const { database } = throwaway;
  const config = readConfig({ TRUSTED_PROXIES: '127.0.0.1', RATE_LIMITS: 'off' });
  const logger = createLogger('silent');
  backend = composeProgramBackend({ config, database, secretKey: randomBytes(32), logger });
  await backend.initialize();
  const readiness = new Readiness();
  readiness.announce();
  app = await buildServer({ config, backend, readiness, logger });
  address = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await throwaway.remove();
});
beforeEach(async () => {
  await throwaway.database.collection('accounts').deleteMany({});
  await app.inject({ method: 'POST', url: '/api/accounts', payload: ada });
  const login = await app.inject({ method: 'POST', url: '/api/access-tokens', payload: ada });
  const tokens = login.json<{ account_id: string; token: string }>();
  id = tokens.account_id;
  headers = { authorization: `Bearer ${tokens.token}` };
});

/** Sends the head and the first byte, acts once the guard has let that pass, and sends the rest. */
async function sendSlowly(
  [method, path, body]: readonly [string, string, object],
  meanwhile: () => Promise<unknown>,
): Promise<number | undefined> {
  const url = `${address}${path.replace('{account_id}', id).replace(/\{\w+\}/, id)}`;
  const text = JSON.stringify(body);
  const passed = vi.spyOn(backend.authentication, 'verifyAccessToken');
  const sent = request(url, {
    method,
    headers: { ...headers, 'content-type': 'application/json', 'content-length': text.length },
  });
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  sent.write(text.slice(0, 1));
  if (path !== '/api/accounts/{account_id}') {
    // That route looks at the form first, and then at who sent it.
    await expect.poll(() => passed.mock.settledResults).toMatchObject([{ type: 'fulfilled' }]);
  }
  passed.mockRestore();
  await meanwhile();
  sent.end(text.slice(1));
  const [answer] = await answered;
  answer.resume();
  return answer.statusCode;
}

const logout = () => app.inject({ method: 'DELETE', url: '/api/access-tokens/current', headers });
const deleteAccount = () => app.inject({ method: 'DELETE', url: `/api/accounts/${id}`, headers });

/** Everything that these routes may change. */
async function readStored(): Promise<readonly object[]> {
  const names = ['tasks', 'push_subscriptions', 'account_notification_preferences'];
  const found = names.map((name) => throwaway.database.collection(name).find().toArray());
  return (await Promise.all(found)).flat();
}

describe('a body that comes slowly', () => {
  it('is known for every route that has one', () => {
    expect(bodies.length).toBeGreaterThanOrEqual(5);
  });

  it.each(bodies)('of %s %s stores nothing once its session has ended', async (...sent) => {
    const before = await readStored();

    expect(await sendSlowly(sent, logout)).toBe(401);
    expect(await readStored()).toEqual(before);
    expect(await throwaway.database.collection('accounts').findOne()).toMatchObject({
      first_name: 'Ada',
    });
  });

  it.each(bodies)('of %s %s stores nothing once its account is deleted', async (...sent) => {
    const before = await readStored();

    expect(await sendSlowly(sent, deleteAccount)).toBe(401);
    expect(await readStored()).toEqual(before);
  });
});

describe('an export', () => {
  it.each([
    ['its session', logout],
    ['its account', deleteAccount],
  ])('is broken off with %s', async (_what, end) => {
    const tasks = throwaway.database.collection('tasks');
    const now = new Date();
    const task = { account_id: id, active: true, created_at: now, updated_at: now };
    const description = 'x'.repeat(1_800);
    // More than a connection holds that nobody reads from.
    const many = Array.from({ length: 8_000 }, () => ({ ...task, title: 'long', description }));
    await tasks.insertMany(many);
    const sent = request(`${address}/api/accounts/${id}/export`, { headers }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);

    await end();

    await expect(answer.toArray()).rejects.toThrow('aborted');
    await tasks.deleteMany({});
  });
});
