import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { fastify } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';

import { TestBackend, type LoggedInByCookie } from '../src/testing/index.ts';
import { recordLog } from './record-log.ts';

const HOUR = 3_600_000;
const { logger, lines } = recordLog();
const closers: (() => Promise<unknown>)[] = [];
let test: TestBackend;
let browser: LoggedInByCookie;

beforeAll(async () => {
  test = await TestBackend.start({
    mongodbUri: inject('mongodbUri'),
    apiUrl: 'https://api.example.com',
    settings: { http: { allowedOrigins: ['https://app.example.com'] } },
    logger,
  });
  browser = await test.logInByCookie(await test.signUp());
});
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});
afterAll(() => test.close());

function authenticate(method: string, headers: Record<string, string>) {
  return test.backend.authenticate({ method, headers: { host: 'example.com', ...headers } });
}

describe('whose request it is, by a cookie', () => {
  const cookie = (): string => browser.headers.cookie;

  it('is told of requests of Node and Fastify, as of a bearer', async () => {
    const server = createServer((request, response) => {
      void test.backend.authenticate(request).then(({ accountId }) => response.end(accountId));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const app = fastify();
    app.get('/', async (request) => (await test.backend.authenticate(request)).accountId);
    closers.push(
      async () => app.close(),
      async () => server.close(),
    );
    const { port } = server.address() as AddressInfo;

    for (const address of [`http://127.0.0.1:${port}`, await app.listen({ port: 0 })]) {
      const response = await fetch(address, { headers: { cookie: cookie() } });
      expect(await response.text()).toBe(browser.accountId);
    }
    const { accountId, sessionId, context } = browser;
    expect(await authenticate('GET', { cookie: cookie() })).toMatchObject({
      ...{ accountId, sessionId, transport: 'cookie', cookieGeneration: 0, claims: {} },
      context: { actor: context.actor },
    });
  });

  it('is told of a request of the Fetch API, at the host of its address', async () => {
    const ask = (method: string, origin: string) => {
      const headers = { cookie: cookie(), origin };
      return test.backend.authenticate(new Request('https://example.com/', { method, headers }));
    };
    const { accountId } = browser;

    expect(await ask('GET', 'https://other.example')).toMatchObject({ accountId });
    expect(await ask('POST', 'https://example.com')).toMatchObject({ accountId });
    await expect(ask('POST', 'http://example.com')).rejects.toMatchObject({ statusCode: 403 });
  });

  it.each([
    ['headers alone', () => ({ cookie: cookie() })],
    ['headers of the Fetch API alone', () => new Headers({ cookie: cookie() })],
    ['a request without a method', () => ({ headers: { cookie: cookie() } })],
  ])('is not told of %s, which may be about to change something', async (_, request) => {
    await expect(test.backend.authenticate(request())).rejects.toMatchObject({
      code: 'ACCESS_TOKEN_ERR_03',
    });
  });

  it.each([
    ['dead', { cookie: '__Host-session=6b0564aeb6435597891ab43b.0.x' }],
    ['malformed', { cookie: '__Host-session=x' }],
    ['of another name', { cookie: 'session=x' }],
    ['beside another of its name', { cookie: '__Host-session=x; __Host-session=y' }],
  ])('is refused with 401 if it is %s', async (_, headers) => {
    await expect(authenticate('GET', headers)).rejects.toMatchObject({ statusCode: 401 });
  });

  it('is not asked where there is an access token, valid or not', async () => {
    const other = await test.logIn(await test.signUp());
    const both = { ...other.headers, cookie: cookie() };

    expect(await authenticate('POST', both)).toHaveProperty('accountId', other.accountId);
    await expect(
      authenticate('GET', { authorization: 'Bearer x', cookie: cookie() }),
    ).rejects.toMatchObject({ code: 'ACCESS_TOKEN_ERR_05' });
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'get'])(
    'is told of %s from a page of ours',
    async (method) => {
      for (const from of [
        { 'sec-fetch-site': 'same-origin' },
        { origin: 'http://example.com' },
        { origin: 'https://api.example.com', 'sec-fetch-site': 'same-site' },
        { origin: 'https://app.example.com', 'sec-fetch-site': 'cross-site' },
      ]) {
        expect(await authenticate(method, { cookie: cookie(), ...from })).toHaveProperty(
          'accountId',
        );
      }
    },
  );

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'get'])(
    'is refused with 403 for %s from elsewhere',
    async (method) => {
      for (const from of [
        {},
        { origin: '' },
        { origin: 'null' },
        { origin: 'https://example.com' },
        { origin: 'http://example.com.evil.example' },
        { 'sec-fetch-site': 'same-site' },
        { 'sec-fetch-site': 'none' },
        { 'sec-fetch-site': 'same-origin, same-origin' },
      ] as Record<string, string>[]) {
        await expect(
          authenticate(method, { cookie: cookie(), ...from }),
          JSON.stringify(from),
        ).rejects.toMatchObject({ statusCode: 403, code: 'REQUEST_ERR_403' });
      }
    },
  );

  it('is nobody’s, for pages that send others to the log-in', async () => {
    const { accountId } = browser;
    const find = (headers: Record<string, string>, method = 'GET') =>
      test.backend.findSession({ method, headers: { host: 'example.com', ...headers } });

    expect(await find({ cookie: cookie() })).toMatchObject({ accountId });
    expect(await find({})).toBeUndefined();
    expect(await find({ cookie: '__Host-session=x' })).toBeUndefined();
    await expect(find({ cookie: cookie() }, 'POST')).rejects.toMatchObject({ statusCode: 403 });
  });

  it('takes the origin of a framework that trusts its proxies', async () => {
    const request = {
      ...{ method: 'POST', protocol: 'https', host: 'example.com', ip: '203.0.113.7' },
      headers: { host: '10.0.0.1:3000', origin: 'https://example.com', cookie: cookie() },
    };

    const { context } = await test.backend.authenticate(request);

    expect(context.sourceAddress).toBe('203.0.113.7');
  });
});

describe('a session in use', () => {
  it('gets its cookie again once in an hour, and does not depend on it', async () => {
    const session = await test.logInByCookie(await test.signUp());
    const use = () =>
      authenticate('GET', { cookie: session.headers.cookie, 'user-agent': 'Firefox' });
    expect(await use()).not.toHaveProperty('setCookie');

    test.clock.advance(HOUR + 1);
    const { cookieSessions } = test.backend.authentication;
    const failing = vi.spyOn(cookieSessions, 'prolongCookieSession').mockRejectedValue(new Error());
    expect(await use()).not.toHaveProperty('setCookie');
    failing.mockRestore();
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'warn', msg: 'a session was not prolonged' }),
    );

    expect(await use()).toMatchObject({
      setCookie: expect.stringMatching(
        /^__Host-session=[\w.-]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ) as string,
    });
    expect(await use()).not.toHaveProperty('setCookie');
  });

  it('must be recent where that is asked for', async () => {
    const { headers } = await test.logInByCookie(await test.signUp());
    const use = () => test.backend.authenticate({ method: 'POST', headers }, { recent: true });
    expect(await use()).toHaveProperty('accountId');

    test.clock.advance(11 * 60_000);

    await expect(use()).rejects.toMatchObject({ code: 'ACCESS_TOKEN_ERR_08' });
  });
});

describe("the handler's cookies", () => {
  const origin = { 'sec-fetch-site': 'same-origin' };
  const json = { 'content-type': 'application/json', ...origin };

  it('begin with a log-in and end with a log-out', async () => {
    const { username, password } = await test.signUp();
    const login = await fetch(`${test.address}/api/sessions`, {
      ...{ method: 'POST', headers: json, body: JSON.stringify({ username, password }) },
    });
    expect(login.status).toBe(201);
    const [cookie = ''] = login.headers.getSetCookie().map((each) => each.split(';')[0]!);

    const { accountId } = await authenticate('GET', { cookie });
    const logout = await fetch(`${test.address}/api/sessions/current`, {
      ...{ method: 'DELETE', headers: { ...origin, cookie } },
    });

    expect([logout.status, logout.headers.get('clear-site-data')]).toEqual([204, '"cache"']);
    expect(logout.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-session=; Max-Age=0; Path=\/; HttpOnly; Secure/),
    ]);
    expect(accountId).toMatch(/^[\da-f]{24}$/);
    await expect(authenticate('GET', { cookie })).rejects.toMatchObject({ statusCode: 401 });
  });

  it('leave those of the app alone', async () => {
    const server = createServer((request, response) => {
      response.setHeader('set-cookie', 'theme=dark');
      test.backend.handler(request, response);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    closers.push(async () => server.close());
    const { port } = server.address() as AddressInfo;
    const { username, password } = await test.signUp();

    const login = await fetch(`http://127.0.0.1:${port}/api/sessions`, {
      ...{ method: 'POST', headers: json, body: JSON.stringify({ username, password }) },
    });

    expect(login.headers.getSetCookie()).toHaveLength(2);
  });
});
