import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { accountId, actionsIn } from '../services.ts';
import { Browser, type SentHeaders } from './browser.ts';
import { startServer, type TestServer } from './server.ts';

const SESSIONS = '/api/sessions';
const CURRENT = '/api/sessions/current';
const OWN = 'http://app.example.com';
const PUBLIC = 'https://api.example.com';
const ALLOWED = 'https://web.example.com';
const FOREIGN = 'https://evil.example.net';
const ATTACK = { 'sec-fetch-site': 'cross-site', origin: FOREIGN };
const credentials = { username: 'ada', password: 'right' };

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  server = await startServer({ restApi: { allowedOrigins: [ALLOWED], ownOrigin: PUBLIC } });
});
afterAll(async () => {
  await server.close();
});
beforeEach(async () => {
  browser = new Browser(server.address);
  expect(await browser.send('POST', SESSIONS, { body: credentials })).toMatchObject({
    status: 201,
  });
});

function send(method: string, path: string, headers: SentHeaders, body?: unknown) {
  return browser.send(method, path, { headers, body });
}

const sites = ['same-origin', 'same-site', 'cross-site', 'none', undefined];
const origins = [OWN, PUBLIC, ALLOWED, FOREIGN, 'null', undefined];
const table = sites.flatMap((site) =>
  origins.map((origin) => {
    const isOurs = origin === OWN || origin === PUBLIC || origin === ALLOWED;
    return [site, origin, site === 'same-origin' || isOurs ? 200 : 403] as const;
  }),
);

describe.each(table)('with a cookie, Sec-Fetch-Site %s and Origin %s', (site, origin, status) => {
  const headers = { 'sec-fetch-site': site, origin };

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])(`%s is answered with ${status}`, async (method) => {
    const answer = await send(method, '/any-method', headers);

    expect(answer).toMatchObject({
      status,
      body: status === 403 ? { code: 'REQUEST_ERR_403' } : { actor: { id: accountId } },
    });
  });

  it.each(['GET', 'HEAD', 'OPTIONS'])('%s is answered', async (method) => {
    expect(await send(method, '/any-method', headers)).toMatchObject({ status: 200 });
  });

  it('a log-in is answered likewise, also without a cookie', async () => {
    browser.cookie = undefined;

    const answer = await send('POST', SESSIONS, headers, credentials);

    expect(answer).toMatchObject(
      status === 403
        ? { status, setCookies: [] }
        : { status: 201, setCookies: [expect.anything()] },
    );
  });
});

describe('a page of another site', () => {
  it.each([
    ['POST', `${CURRENT}/authentications`, { password: 'right' }],
    ['POST', '/any-method', undefined],
    ['DELETE', CURRENT, undefined],
    ['DELETE', '/api/access-tokens/current', undefined],
    ['DELETE', `/api/accounts/${accountId}/sessions`, undefined],
  ])('changes nothing by the cookie: %s %s', async (method, path, body) => {
    server.services.audit.events.length = 0;

    const answer = await send(method, path, ATTACK, body);

    expect(answer).toMatchObject({
      status: 403,
      setCookies: [],
      body: { code: 'REQUEST_ERR_403' },
    });
    expect(answer.headers['clear-site-data']).toBeUndefined();
    expect(actionsIn(server.services)).toEqual(['authz_fail denied']);
    expect(await browser.send('GET', CURRENT)).toMatchObject({ status: 200 });
  });

  it('logs nobody in, and that is recorded', async () => {
    server.services.audit.events.length = 0;

    expect(await send('POST', SESSIONS, ATTACK, credentials)).toMatchObject({ status: 403 });

    expect(actionsIn(server.services)).toEqual(['authz_fail denied']);
    expect(await browser.send('GET', CURRENT)).toMatchObject({ status: 200 });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'is refused before its form of type %s is',
    async (type) => {
      const headers = { ...ATTACK, 'content-type': type };
      const body = JSON.stringify(credentials);

      expect(await send('POST', SESSIONS, headers, body)).toMatchObject({ status: 403 });
      expect(await send('POST', `${CURRENT}/authentications`, headers, body)).toMatchObject({
        status: 403,
      });
    },
  );

  it('is refused before the session is read', async () => {
    server.services.clock.advance(1_000);
    server.services.commands.length = 0;

    await send('POST', '/any-method', ATTACK);

    expect(server.services.commands).not.toContain('aggregate');
  });

  it('is not told whether the cookie is alive', async () => {
    browser.cookie = '__Host-session=x';

    expect(await send('POST', '/any-method', ATTACK)).toMatchObject({ status: 403 });
  });
});

describe('without a cookie', () => {
  it('a token is admitted from anywhere, also with a cookie beside it', async () => {
    const { token } = await server.logIn();
    const headers = { ...ATTACK, authorization: `Bearer ${token}` };

    expect(await send('POST', '/any-method', headers)).toMatchObject({ status: 200 });
    browser.cookie = undefined;
    expect(await send('POST', '/any-method', headers)).toMatchObject({ status: 200 });
  });

  it('nobody is 401, wherever the request comes from', async () => {
    browser.cookie = undefined;

    for (const headers of [ATTACK, {}]) {
      expect(await send('POST', '/any-method', headers)).toMatchObject({
        status: 401,
        body: { code: 'ACCESS_TOKEN_ERR_03' },
      });
    }
  });

  it('a log-in for tokens is answered from anywhere', async () => {
    browser.cookie = undefined;

    expect(await send('POST', '/api/access-tokens', ATTACK, credentials)).toMatchObject({
      status: 201,
      setCookies: [],
    });
  });
});
