import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Browser } from './browser.ts';
import { startServer, type TestServer } from './server.ts';

const SESSIONS = '/api/sessions';
const CURRENT = '/api/sessions/current';
const VALUE = /[0-9a-f]{24}\.\d+\.[\w-]{43}/;
const credentials = { username: 'ada', password: 'right' };

describe('where cookies may do without TLS', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({ settings: { allowsInsecureCookies: true } });
  });
  afterAll(async () => {
    await server.close();
  });

  it.each([
    'localhost',
    'localhost:8080',
    'App.Localhost',
    '127.0.0.1:8080',
    '127.1.2.3',
    '[::1]:8080',
  ])('%s has a cookie of another name', async (host) => {
    const own = new Browser(server.address, host);

    const answer = await own.send('POST', SESSIONS, { body: credentials });

    expect(answer.setCookies[0]?.replace(VALUE, '…')).toBe(
      'session=…; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax',
    );
    expect(await own.send('GET', CURRENT)).toMatchObject({ status: 200 });
    const renamed = new Browser(server.address, host);
    renamed.cookie = `__Host-${own.cookie}`;
    expect(await renamed.send('GET', CURRENT)).toMatchObject({ status: 401 });
    expect((await own.send('DELETE', CURRENT)).setCookies).toEqual([
      'session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax',
    ]);
  });

  it.each([
    'app.example.com',
    'localhost.example.com',
    'notlocalhost',
    '127.0.0.1.example.com',
    '128.0.0.1',
    '[::2]',
    'localhost:x',
  ])('%s has the usual cookie', async (host) => {
    const own = new Browser(server.address, host);

    await own.send('POST', SESSIONS, { body: credentials });

    expect(own.cookie).toMatch(/^__Host-session=/);
    expect(await own.send('GET', CURRENT)).toMatchObject({ status: 200 });
  });

  it('a host of a header that proxies set does not count', async () => {
    const own = new Browser(server.address, 'app.example.com');
    const headers = { 'x-forwarded-host': 'localhost' };

    await own.send('POST', SESSIONS, { headers, body: credentials });

    expect(own.cookie).toMatch(/^__Host-session=/);
  });
});

describe('where they may not', () => {
  it('localhost has the usual cookie', async () => {
    const server = await startServer();
    const own = new Browser(server.address, 'localhost');

    await own.send('POST', SESSIONS, { body: credentials });

    expect(own.cookie).toMatch(/^__Host-session=/);
    await server.close();
  });
});
