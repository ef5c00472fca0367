import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

import { fastify } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';

import type { Backend } from '../src/backend.ts';
import { createBackend } from '../src/create-backend.ts';
import { recordLog } from './record-log.ts';

const log = recordLog();
let backend: Backend;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  backend = await createBackend({
    mongodbUri: inject('mongodbUri'),
    databaseName: `hosts-${randomBytes(6).toString('hex')}`,
    secretKey: randomBytes(32).toString('base64'),
    logger: log.logger,
    settings: { http: { allowedOrigins: ['https://app.example.com'] } },
  });
});
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});
afterAll(async () => {
  await backend.database.driver.dropDatabase();
  await backend.close();
});

const ada = { first_name: 'Ada', last_name: '', password: 'analytical engine' };

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function post(address: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(address, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** @returns an access token */
async function signUpAndLogIn(address: string, username: string): Promise<string> {
  const signUp = await post(`${address}/api/accounts`, { ...ada, username });
  expect(signUp.status).toBe(201);
  const login = await post(`${address}/api/access-tokens`, { ...ada, username });
  expect(login.status).toBe(201);
  return ((await login.json()) as { token: string }).token;
}

describe('the plugin in an app with its own ways', () => {
  async function start(): Promise<string> {
    const app = fastify();
    await app.register(backend.plugin);
    app.get('/hello', async (request) => {
      const { accountId } = await backend.authenticate(request.headers);
      return { hello: accountId };
    });
    app.delete('/hello', async (request) => ({ body: request.body }));
    closers.push(() => app.close());
    return app.listen({ port: 0 });
  }

  it('serves the contract, and leaves the rest to the app', async () => {
    const address = await start();
    const token = await signUpAndLogIn(address, 'fastify');

    const headers = { authorization: `Bearer ${token}` };
    const hello = await fetch(`${address}/hello`, { headers });
    expect(await hello.json()).toEqual({
      hello: expect.stringMatching(/^[0-9a-f]{24}$/) as string,
    });
    expect(hello.headers.get('cache-control')).toBeNull();
    const refused = await fetch(`${address}/hello`);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const other = await fetch(`${address}/hello`, {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    });
    expect(await other.json()).toEqual({ body: { a: 1 } });
    expect((await fetch(`${address}/nowhere`)).headers.get('content-security-policy')).toBeNull();
  });

  it('gives the key set with the headers of the contract', async () => {
    const address = await start();

    const { status, headers } = await fetch(`${address}/.well-known/jwks.json`, {
      headers: { origin: 'https://app.example.com' },
    });

    expect(status).toBe(200);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    const other = await fetch(`${address}/.well-known/security.txt`);
    expect(other.headers.get('x-content-type-options')).toBeNull();
  });

  it.each([
    ['an unknown address', 'GET', '/api/nowhere', 404],
    ['a method that is none', 'PUT', '/api/accounts', 405],
    ['a body that is too large', 'POST', '/api/accounts', 413],
  ])('answers %s as the contract says', async (_, method, path, status) => {
    const address = await start();

    const response = await fetch(address + path, {
      method,
      headers: { 'content-type': 'application/json', origin: 'https://app.example.com' },
      ...(status === 413 ? { body: JSON.stringify({ a: 'a'.repeat(100_000) }) } : {}),
    });

    expect(response.status).toBe(status);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(await response.json()).toMatchObject({ code: expect.any(String) as string });
  });

  it('allows the preflight of an allowed page', async () => {
    const address = await start();

    const response = await fetch(`${address}/api/accounts`, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' },
    });

    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-methods')).toContain('POST');
  });
});

describe("the handler on Node's own server", () => {
  it('serves the contract, and nothing else', async () => {
    const address = await serve(backend.handler);
    const token = await signUpAndLogIn(address, 'node');

    expect(await backend.authenticate(new Headers({ authorization: `Bearer ${token}` }))).toEqual(
      expect.objectContaining({ accountId: expect.any(String) as string }),
    );
    const missing = await fetch(`${address}/hello`);
    expect([missing.status, missing.headers.get('cache-control')]).toEqual([404, 'no-store']);
  });

  it('leaves other addresses to whoever is next', async () => {
    const address = await serve((request, response) =>
      backend.handler(request, response, (error) => {
        response.end(error === undefined ? 'next' : 'an error');
      }),
    );

    expect(await (await fetch(`${address}/apis`)).text()).toBe('next');
    expect((await fetch(`${address}/api/nowhere`)).status).toBe(404);
  });

  it('uses the whole address where a framework took a part away', async () => {
    const address = await serve((request, response) => {
      const originalUrl = request.url;
      request.url = request.url?.replace('/api', '');
      backend.handler(Object.assign(request, { originalUrl }), response);
    });

    await signUpAndLogIn(address, 'mounted');
  });

  it('says so if something has read the body before', async () => {
    const address = await serve((request, response) => {
      request.resume().once('end', () =>
        backend.handler(request, response, (error) => {
          response.end(String(error));
        }),
      );
    });

    const response = await post(`${address}/api/accounts`, ada);

    expect(await response.text()).toBe(
      'Error: Mount backend.handler before anything that reads bodies.',
    );
  });
});

it('the handler logs its failures, with the id of the request', async () => {
  const mistake = new TypeError('A mistake of mine.');
  const signUp = vi.spyOn(backend.accounts, 'createAccountByUsernameAndPassword');
  signUp.mockRejectedValueOnce(mistake);
  const address = await serve(backend.handler);
  log.lines.length = 0;

  const response = await post(`${address}/api/accounts`, { ...ada, username: 'unlucky' });

  const { request_id } = (await response.json()) as { request_id: string };
  expect(log.lines).toEqual([{ level: 'error', msg: 'request failed', request_id, err: mistake }]);
  signUp.mockRestore();
});

it('the handler answers a request whose body was read, and goes on, where nobody is next', async () => {
  const address = await serve((request, response) => {
    request.resume().once('end', () => backend.handler(request, response));
  });

  expect((await post(`${address}/api/accounts`, ada)).status).toBe(500);
  expect((await post(`${address}/api/accounts`, ada)).status).toBe(500);
});

describe('whose request it is', () => {
  it.each([
    ['no header', {}],
    ['no bearer token', { authorization: 'Basic YQ==' }],
    ['another token', { authorization: 'Bearer x' }],
  ])('is refused with 401 for %s', async (_, headers) => {
    await expect(backend.authenticate(headers)).rejects.toMatchObject({ statusCode: 401 });
  });

  it('is told from the headers of any library', async () => {
    const address = await serve(backend.handler);
    const token = await signUpAndLogIn(address, 'headers');
    const headers = {
      get: (name: string) => (name === 'authorization' ? `Bearer ${token}` : null),
    };

    expect(await backend.authenticate(headers)).toHaveProperty('accountId');
  });

  it('is the actor in the context', async () => {
    const address = await serve(backend.handler);
    const token = await signUpAndLogIn(address, 'actor');

    const { accountId, context } = await backend.authenticate({ authorization: `Bearer ${token}` });

    const account = await backend.accounts.getAccountById({ id: accountId }, context);
    expect(account.username).toBe('actor');
    expect(context.actor).toEqual({ type: 'account', id: accountId });
  });
});

describe('options', () => {
  it.each(['short', 'YWJj', '*'.repeat(44)])('refuse the secret key %s', async (secretKey) => {
    await expect(createBackend({ mongodbUri: inject('mongodbUri'), secretKey })).rejects.toThrow(
      /^secretKey must be at least 32 random bytes/,
    );
  });

  it('refuse what is no connection string, such as a missing setting', async () => {
    const creating = createBackend({ mongodbUri: '', secretKey: randomBytes(32) });

    await expect(creating).rejects.toThrow('mongodbUri must be a connection string');
  });

  it('take a database that cannot be reached for an outage', async () => {
    const mongodbUri = 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=10';

    await expect(createBackend({ mongodbUri, secretKey: randomBytes(32) })).rejects.toMatchObject({
      statusCode: 503,
    });
  });
});
