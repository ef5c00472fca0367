import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  accountId,
  actionsIn,
  context,
  DAY,
  HOUR,
  MINUTE,
  otherAccountId,
  phoneNumber,
} from '../services.ts';
import { Browser, type Answer } from './browser.ts';
import { startServer, type TestServer } from './server.ts';

const SESSIONS = '/api/sessions';
const CURRENT = '/api/sessions/current';
const AUTHENTICATIONS = `${CURRENT}/authentications`;
const LIST = `/api/accounts/${accountId}/sessions`;
const VALUE = /[0-9a-f]{24}\.\d+\.[\w-]{43}/;

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.close();
});
beforeEach(() => {
  browser = new Browser(server.address);
});

async function logIn(by: Browser = browser): Promise<Answer> {
  server.services.clock.advance(1);
  return by.send('POST', SESSIONS, { body: { username: 'ada', password: 'right' } });
}

describe('POST /sessions', () => {
  it('logs in with a cookie that scripts cannot read', async () => {
    const answer = await logIn();

    expect(answer.status).toBe(201);
    expect(answer.setCookies).toHaveLength(1);
    expect(answer.setCookies[0]?.replace(VALUE, '…')).toBe(
      '__Host-session=…; Max-Age=2592000; Path=/; HttpOnly; Secure; SameSite=Lax',
    );
    expect(answer.body).toEqual({
      account_id: accountId,
      session_id: browser.value.split('.')[0],
      expires_at: new Date(server.services.clock.now().getTime() + 30 * DAY).toISOString(),
    });
    expect(await browser.send('GET', CURRENT)).toMatchObject({
      status: 200,
      setCookies: [],
      body: { account_id: accountId, authenticated_by: 'password' },
    });
  });

  it('refuses a refresh token', async () => {
    const { refresh_token } = await server.logIn();
    const answer = await browser.send('POST', SESSIONS, { body: { refresh_token } });

    expect(answer).toMatchObject({ status: 400, setCookies: [] });
    expect(answer.body.code).toBe('ACCESS_TOKEN_ERR_07');
  });
});
