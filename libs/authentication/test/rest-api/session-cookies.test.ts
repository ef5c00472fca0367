import { ServiceUnavailableError } from '@org/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import {
  accountId,
  actionsIn,
  context,
  DAY,
  EMAIL,
  origin,
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
const NUMBER = {
  country_code: phoneNumber.countryCode,
  phone_number: phoneNumber.phoneNumber,
};
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

async function requestOtp(): Promise<string> {
  const { authentication, sent } = server.services;
  await authentication.otps.requestOtp({ phoneNumber, accountId }, context);
  return sent.at(-1)!.data.code;
}

async function requestEmailCode(): Promise<string> {
  const { login, mails } = server.services;
  await login.requestLoginByEmail({ emailAddress: EMAIL, ...origin }, context);
  return mails.at(-1)!.data.code;
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

  it.each([
    ['a password', async () => ({ username: 'ada', password: 'right' }), 'password'],
    ['a code by SMS', async () => ({ phone_number: NUMBER, otp_code: await requestOtp() }), 'otp'],
    [
      'a code by e-mail',
      async () => ({ email: EMAIL, email_code: await requestEmailCode() }),
      'email_code',
    ],
    ['an address and a password', async () => ({ email: EMAIL, password: 'right' }), 'password'],
  ])('takes %s, and answers without tokens', async (_what, makeBody, authenticatedBy) => {
    const answer = await browser.send('POST', SESSIONS, { body: await makeBody() });

    expect(answer.status).toBe(201);
    expect(Object.keys(answer.body)).toEqual(['account_id', 'session_id', 'expires_at']);
    expect(JSON.stringify(answer.body)).not.toContain(browser.value.split('.')[2]);
    expect((await browser.send('GET', CURRENT)).body).toMatchObject({
      session_id: answer.body['session_id'],
      authenticated_by: authenticatedBy,
    });
  });

  it.each([
    [{ username: 'ada', password: 'wrong' }, 401, 'ACCOUNT_ERR_03'],
    [{ username: 'ada', password: 1 }, 400, 'ACCOUNT_ERR_04'],
    [{ phone_number: NUMBER, otp_code: '000000' }, 400, 'OTP_ERR_01'],
    [{ email: EMAIL, email_code: '000000' }, 400, 'OTP_ERR_01'],
    [{ email: 'x', password: 'right' }, 400, 'ACCOUNT_ERR_04'],
    [{}, 400, 'ACCESS_TOKEN_ERR_07'],
    [{ refresh_token: 'x' }, 400, 'ACCESS_TOKEN_ERR_07'],
  ])('answers %j as a log-in for tokens does, and sets no cookie', async (body, status, code) => {
    expect(await browser.send('POST', SESSIONS, { body })).toMatchObject({
      status,
      setCookies: [],
      body: { code },
    });
  });

  it('does not take the refresh token of a session', async () => {
    const { refresh_token } = await server.logIn();

    expect(await browser.send('POST', SESSIONS, { body: { refresh_token } })).toMatchObject({
      status: 400,
      setCookies: [],
    });
  });

  it('ends the session of the cookie that the browser had', async () => {
    await logIn();
    const former = new Browser(server.address);
    former.cookie = browser.cookie;

    await logIn();

    expect(browser.value).not.toBe(former.value);
    expect(await former.send('GET', CURRENT)).toMatchObject({ status: 401 });
    expect(await browser.send('GET', CURRENT)).toMatchObject({ status: 200 });
  });

  it('lets no other session make room for the one that replaces it', async () => {
    const full = await startServer({ settings: { sessionMaximumPerAccount: 2 } });
    try {
      const [phone, laptop] = [new Browser(full.address), new Browser(full.address)];
      const body = { username: 'ada', password: 'right' };
      for (const device of [phone, laptop, laptop, laptop]) {
        full.services.clock.advance(1);
        expect(await device.send('POST', SESSIONS, { body })).toMatchObject({ status: 201 });
      }

      expect(await phone.send('GET', CURRENT)).toMatchObject({ status: 200 });
      expect(await laptop.send('GET', CURRENT)).toMatchObject({ status: 200 });
    } finally {
      await full.close();
    }
  });

  it('leaves it alone if the log-in fails', async () => {
    await logIn();

    await browser.send('POST', SESSIONS, { body: { username: 'ada', password: 'wrong' } });

    expect(await browser.send('GET', CURRENT)).toMatchObject({ status: 200 });
  });

  it('does not mind a dead cookie, or several', async () => {
    await logIn();
    const dead = browser.cookie;
    await browser.send('DELETE', CURRENT);

    browser.cookie = dead;
    expect(await logIn()).toMatchObject({ status: 201 });
    browser.cookie = `${dead}; ${dead}`;
    expect(await logIn()).toMatchObject({ status: 201 });
  });

  it('knows by the cookie or the token which account an address is proved for', async () => {
    const { admitted } = server.services.directory;
    const body = async () => ({ email: EMAIL, email_code: await requestEmailCode() });
    const { token } = await server.logIn();
    await logIn();

    const withCookie = await browser.send('POST', SESSIONS, { body: await body() });
    const asked = { body: await body(), headers: { authorization: `Bearer ${token}` } };
    await new Browser(server.address).send('POST', SESSIONS, asked);
    const forged = { body: await body(), headers: { authorization: 'Bearer x' } };
    await browser.send('POST', SESSIONS, forged);

    expect(withCookie.status).toBe(201);
    expect(admitted.slice(-3).map(({ actingAccountId }) => actingAccountId)).toEqual([
      accountId,
      accountId,
      undefined,
    ]);
  });

  it('of tokens does not look at cookies', async () => {
    await logIn();
    const body = { email: EMAIL, email_code: await requestEmailCode() };

    const answer = await browser.send('POST', '/api/access-tokens', { body });

    expect(answer).toMatchObject({ status: 201, setCookies: [] });
    expect(server.services.directory.admitted.at(-1)!.actingAccountId).toBeUndefined();
    expect(await browser.send('GET', CURRENT)).toMatchObject({ status: 200 });
  });
});

describe('a request with a cookie', () => {
  it.each([
    ['account', 200],
    ['owner', 200],
  ])('is admitted to a route for %s', async (access, status) => {
    await logIn();

    expect(await browser.send('GET', `/accounts/${accountId}/${access}`)).toMatchObject({
      status,
      body: { actor: { type: 'account', id: accountId } },
    });
  });

  it('is admitted to its own account only', async () => {
    await logIn();

    expect(await browser.send('GET', `/accounts/${otherAccountId}/owner`)).toMatchObject({
      status: 401,
      body: { code: 'ACCESS_TOKEN_ERR_01' },
    });
  });

  it('that is dead or malformed is refused, and the cookie stays', async () => {
    await logIn();
    const dead = browser.cookie!;
    await browser.send('DELETE', CURRENT);
    const cookies = [dead, '__Host-session=x', '__Host-session=', `${dead}; other=1; ${dead}`];

    for (const cookie of cookies) {
      browser.cookie = cookie;
      expect(await browser.send('GET', CURRENT)).toMatchObject({
        status: 401,
        setCookies: [],
        body: { code: 'ACCESS_TOKEN_ERR_05' },
      });
    }
    expect(actionsIn(server.services).slice(-4)).toEqual(
      Array<string>(4).fill('authz_fail denied'),
    );
  });

  it('twice, even if alike, is refused', async () => {
    await logIn();
    browser.cookie = `${browser.cookie}; ${browser.cookie}`;

    expect(await browser.send('GET', CURRENT)).toMatchObject({
      status: 401,
      body: { code: 'ACCESS_TOKEN_ERR_05' },
    });
  });

  it('among others is found', async () => {
    await logIn();
    browser.cookie = `a=1; session=x;${browser.cookie}; b=%; =; c`;

    expect(await browser.send('GET', CURRENT)).toMatchObject({ status: 200 });
  });

  it('of another name has no credentials', async () => {
    await logIn();
    browser.cookie = browser.cookie!.replace('__Host-session', 'session');

    expect(await browser.send('GET', CURRENT)).toMatchObject({
      status: 401,
      body: { code: 'ACCESS_TOKEN_ERR_03' },
    });
  });

  it.each([
    ['a dead one', 'Bearer x', 401, 'ACCESS_TOKEN_ERR_05'],
    ['another scheme', 'Basic eDp5', 401, 'ACCESS_TOKEN_ERR_04'],
    ['an empty one', '', 200, undefined],
  ])(
    'beside %s in Authorization: that alone decides',
    async (_what, authorization, status, code) => {
      await logIn();

      const answer = await browser.send('GET', CURRENT, { headers: { authorization } });

      expect([answer.status, answer.body.code]).toEqual([status, code]);
    },
  );

  it('beside a token is the session of the token', async () => {
    const { body } = await logIn();
    const { token, refresh_token: refreshToken } = await server.logIn();

    const answer = await browser.send('GET', CURRENT, {
      headers: { authorization: `Bearer ${token}` },
    });

    expect(answer.body['session_id']).toBe(refreshToken.split('.')[0]);
    expect(answer.body['session_id']).not.toBe(body['session_id']);
  });

  it('is in the list of sessions as the current one', async () => {
    const { body } = await logIn();

    const { body: list } = await browser.send('GET', LIST);

    const current = (list['items'] as { id: string; current: boolean }[]).filter(
      (session) => session.current,
    );
    expect(current).toMatchObject([{ id: body['session_id'] }]);
  });
});

describe('the cookie', () => {
  it('is set again once an hour, with the same value', async () => {
    await logIn();
    const { cookie } = browser;
    server.services.clock.advance(HOUR);

    const answers = await Promise.all([
      browser.send('GET', CURRENT),
      browser.send('GET', `/accounts/${accountId}/owner`),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers.flatMap(({ setCookies }) => setCookies)).toEqual([
      `${cookie}; Max-Age=2592000; Path=/; HttpOnly; Secure; SameSite=Lax`,
    ]);
    expect(await browser.send('GET', CURRENT)).toMatchObject({ status: 200, setCookies: [] });
  });

  it('is not set again by an answer that another tab overtook', async () => {
    await logIn();
    const { cookie } = browser;
    server.services.clock.advance(HOUR);
    let answerTab = () => {};
    const isOvertaken = new Promise<void>((resolve) => (answerTab = resolve));
    const answered = new Browser(server.address);
    answered.cookie = cookie;
    const { authentication } = server.services;
    const read = vi.spyOn(authentication, 'getSessionsByAccountId').mockImplementation(async () => {
      await isOvertaken;
      return [];
    });
    const slow = answered.send('GET', LIST);
    await expect.poll(() => read).toHaveBeenCalled();

    await browser.send('POST', AUTHENTICATIONS, { body: { password: 'right' } });
    answerTab();

    expect(await slow).toMatchObject({ status: 200, setCookies: [] });
    read.mockRestore();
    expect(browser.cookie).not.toBe(cookie);
  });

  it('is set again also where the answer is an error', async () => {
    await logIn();
    server.services.clock.advance(HOUR);

    const answer = await browser.send('POST', AUTHENTICATIONS, { body: { password: 'wrong' } });

    expect(answer).toMatchObject({ status: 401, body: { code: 'ACCOUNT_ERR_03' } });
    expect(answer.setCookies).toHaveLength(1);
  });

  it('is not set again, and the request served, if that cannot be stored', async () => {
    await logIn();
    const { cookieSessions } = server.services.authentication;
    const prolong = vi.spyOn(cookieSessions, 'prolongCookieSession');
    prolong.mockRejectedValueOnce(new ServiceUnavailableError());

    const answer = await browser.send('GET', CURRENT);

    expect(prolong).toHaveBeenCalledOnce();
    expect(answer).toMatchObject({ status: 200, setCookies: [] });
    prolong.mockRestore();
  });

  it('is not set again by a request that fails the origin check', async () => {
    await logIn();
    server.services.clock.advance(HOUR);

    const answer = await browser.send('DELETE', CURRENT, { headers: { 'sec-fetch-site': 'none' } });

    expect(answer).toMatchObject({ status: 403, setCookies: [] });
  });

  it('is replaced by another authentication, which makes the session recent', async () => {
    await logIn();
    const former = new Browser(server.address);
    former.cookie = browser.cookie;
    server.services.clock.advance(11 * MINUTE);
    const recent = `/accounts/${accountId}/recent`;
    expect(await browser.send('GET', recent)).toMatchObject({ status: 403 });

    const answer = await browser.send('POST', AUTHENTICATIONS, { body: { password: 'right' } });

    expect(answer.status).toBe(200);
    expect(answer.setCookies.map((set) => set.replace(VALUE, '…'))).toEqual([
      `__Host-session=…; Max-Age=${30 * 86_400 - 660}; Path=/; HttpOnly; Secure; SameSite=Lax`,
    ]);
    expect(browser.value).toMatch(/\.1\./);
    expect(await browser.send('GET', recent)).toMatchObject({ status: 200 });
    expect(await former.send('GET', CURRENT)).toMatchObject({ status: 200, setCookies: [] });
    expect(await former.send('GET', recent)).toMatchObject({ status: 403, setCookies: [] });
  });

  it.each([
    ['a code by SMS', async () => ({ otp_code: await requestOtp() })],
    ['a code by e-mail', async () => ({ email_code: await requestEmailCode() })],
  ])('is replaced when %s is right', async (_what, makeBody) => {
    await logIn();
    const former = browser.value;

    const answer = await browser.send('POST', AUTHENTICATIONS, { body: await makeBody() });

    expect(answer.status).toBe(200);
    expect(browser.value.replace('.1.', '.0.')).not.toBe(former);
    expect(browser.value).toMatch(/\.1\./);
  });

  it('is set once by an answer that would set it twice', async () => {
    await logIn();
    server.services.clock.advance(HOUR);

    const answer = await browser.send('POST', AUTHENTICATIONS, { body: { password: 'right' } });

    expect(answer.setCookies).toEqual([expect.stringContaining('.1.')]);
  });
});

describe('where the session of a cookie ends', () => {
  const CLEARED = '__Host-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax';

  it.each([
    ['DELETE', () => CURRENT],
    ['DELETE', () => '/api/access-tokens/current'],
    ['DELETE', () => LIST],
    ['DELETE', () => `${LIST}/${browser.value.split('.')[0]}`],
  ])('the browser forgets it, case %#', async (method, pathOf) => {
    await logIn();
    const former = new Browser(server.address);
    former.cookie = browser.cookie;

    const answer = await browser.send(method, pathOf());

    expect(answer).toMatchObject({ status: 204, setCookies: [CLEARED] });
    expect(answer.headers['clear-site-data']).toBe('"cache"');
    expect(browser.cookie).toBeUndefined();
    expect(await former.send('GET', CURRENT)).toMatchObject({ status: 401 });
  });

  it('it forgets it in place of keeping it longer', async () => {
    await logIn();
    server.services.clock.advance(HOUR);

    expect((await browser.send('DELETE', CURRENT)).setCookies).toEqual([CLEARED]);
  });

  it.each([
    ['another one ends', () => `${LIST}/64b00000000000000000000a`],
    ['all others end', () => `${LIST}?except_current=true`],
  ])('but not where %s', async (_what, pathOf) => {
    await logIn();

    expect(await browser.send('DELETE', pathOf())).toMatchObject({ status: 204, setCookies: [] });
    expect(await browser.send('GET', CURRENT)).toMatchObject({ status: 200 });
  });

  it('by a token: only DELETE /sessions/current clears a cookie', async () => {
    const headers = async () => ({ authorization: `Bearer ${(await server.logIn()).token}` });

    for (const path of ['/api/access-tokens/current', LIST]) {
      expect(await browser.send('DELETE', path, { headers: await headers() })).toMatchObject({
        status: 204,
        setCookies: [],
      });
    }
    const answer = await browser.send('DELETE', CURRENT, { headers: await headers() });
    expect(answer).toMatchObject({ status: 204, setCookies: [CLEARED] });
    expect(answer.headers['clear-site-data']).toBe('"cache"');
  });
});
