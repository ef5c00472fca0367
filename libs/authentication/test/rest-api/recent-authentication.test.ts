import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  accountId,
  actionsIn,
  context,
  EMAIL,
  DAY,
  MINUTE,
  otherAccountId,
  phoneNumber,
} from '../services.ts';
import { startServer, type TestServer, type TokenBody } from './server.ts';

const NOT_RECENT = 'Bearer error="insufficient_user_authentication", max_age=600';
const current = '/api/sessions/current';
const authentications = `${current}/authentications`;

let server: TestServer;
let owner: TokenBody;

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.close();
});
beforeEach(async () => {
  owner = await server.logIn();
});

async function call(
  method: string,
  path: string,
  body?: unknown,
  { token }: Pick<TokenBody, 'token'> = owner,
): Promise<{ status: number; headers: Headers; body: unknown }> {
  const response = await fetch(`${server.address}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, body: text === '' ? undefined : JSON.parse(text) };
}

function sessionIdOf({ token }: TokenBody): string {
  return String(decodeJwt(token)['sid']);
}

function inMilliseconds(milliseconds: number): string {
  return new Date(server.services.clock.now().getTime() + milliseconds).toISOString();
}

describe('a route that needs a recent authentication', () => {
  const route = `/accounts/${accountId}/recent`;

  it('is served for ten minutes, then answers 403 until there was another', async () => {
    expect(await call('GET', route)).toMatchObject({ status: 200 });
    server.services.clock.advance(10 * MINUTE + 1);

    const refused = await call('GET', route);

    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toBe(NOT_RECENT);
    expect(refused.body).toEqual({
      code: 'ACCESS_TOKEN_ERR_08',
      message: 'Please authenticate again to do this.',
    });
    expect(await call('POST', authentications, { password: 'right' })).toMatchObject({
      status: 200,
    });
    expect(await call('GET', route)).toMatchObject({ status: 200 });
  });

  it('first looks at who sends the request', async () => {
    server.services.clock.advance(10 * MINUTE + 1);
    const foreign = await call('GET', `/accounts/${otherAccountId}/recent`);
    await call('DELETE', '/api/access-tokens/current');
    const dead = await call('GET', route);

    expect(foreign).toMatchObject({ status: 401, body: { code: 'ACCESS_TOKEN_ERR_01' } });
    expect(dead).toMatchObject({ status: 401, body: { code: 'ACCESS_TOKEN_ERR_05' } });
  });

  it('records the refusal as a denial', async () => {
    server.services.clock.advance(10 * MINUTE + 1);
    server.services.audit.events.length = 0;

    await call('GET', route);

    expect(actionsIn(server.services)).toEqual(['authz_fail denied']);
    expect(server.services.audit.events).toMatchObject([
      { resourceId: accountId, context: { actor: { type: 'account', id: accountId } } },
    ]);
  });
});

describe('ending sessions', () => {
  const path = `/api/accounts/${accountId}/sessions`;
  let another: TokenBody;

  it.each([
    ['all', () => path],
    ['all others', () => `${path}?except_current=true`],
    ['another one', () => `${path}/${sessionIdOf(another)}`],
    ['an unknown one', () => `${path}/000000000000000000000000`],
  ])('needs a recent authentication for %s', async (_which, pathOf) => {
    another = await server.logIn();
    server.services.clock.advance(10 * MINUTE + 1);

    expect(await call('DELETE', pathOf())).toMatchObject({ status: 403 });
    expect(await call('GET', current, undefined, another)).toMatchObject({ status: 200 });

    await call('POST', authentications, { password: 'right' });
    expect(await call('DELETE', pathOf())).toMatchObject({ status: 204 });
  });

  it('needs none for the session that asks', async () => {
    server.services.clock.advance(10 * MINUTE + 1);

    expect(await call('DELETE', `${path}/${sessionIdOf(owner)}`)).toMatchObject({ status: 204 });
    expect(await call('GET', path)).toMatchObject({ status: 401 });
  });

  it('needs none for logging out', async () => {
    server.services.clock.advance(10 * MINUTE + 1);

    expect(await call('DELETE', '/api/access-tokens/current')).toMatchObject({ status: 204 });
  });
});

describe('GET /sessions/current', () => {
  it('tells whose session it is, and how recent its authentication', async () => {
    expect(await call('GET', current)).toMatchObject({
      status: 200,
      body: {
        account_id: accountId,
        session_id: sessionIdOf(owner),
        expires_at: inMilliseconds(30 * DAY),
        authenticated_at: inMilliseconds(0),
        authenticated_by: 'password',
      },
    });
  });

  it('does not know by what in a session of an earlier version', async () => {
    await server.services.database
      .collection('sessions')
      .updateMany({}, { $unset: { authenticated_at: 1, authenticated_by: 1 } });

    expect(await call('GET', current)).toMatchObject({
      body: { authenticated_at: inMilliseconds(0), authenticated_by: null },
    });
  });

  it.each([
    ['GET', current],
    ['POST', authentications],
  ])('%s %s needs a token', async (method, path) => {
    const response = await fetch(`${server.address}${path}`, { method });

    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'ACCESS_TOKEN_ERR_03' });
  });
});

describe('POST /sessions/current/authentications', () => {
  it.each([
    ['password', async () => ({ password: 'right' })],
    [
      'otp',
      async () => {
        const { authentication, sent } = server.services;
        await authentication.otps.requestOtp({ phoneNumber, accountId }, context);
        return { otp_code: sent.at(-1)!.data.code };
      },
    ],
    [
      'email_code',
      async () => {
        const { authentication, mails } = server.services;
        await authentication.emailCodes.requestEmailCode({ emailAddress: EMAIL }, context);
        return { email_code: mails.at(-1)!.data.code };
      },
    ],
  ])('answers as GET after a right proof: %s', async (authenticated_by, bodyFor) => {
    server.services.clock.advance(MINUTE);

    const response = await call('POST', authentications, await bodyFor());

    expect(response).toMatchObject({
      status: 200,
      body: { authenticated_at: inMilliseconds(0), authenticated_by },
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.body).toEqual((await call('GET', current)).body);
  });

  it.each([
    [{ password: 'wrong' }, 401, 'ACCOUNT_ERR_03'],
    [{ password: 'wrong', otp_code: '000000' }, 401, 'ACCOUNT_ERR_03'],
    [{ password: 1 }, 400, 'ACCOUNT_ERR_04'],
    [{ password: { $ne: '' } }, 400, 'ACCOUNT_ERR_04'],
    [{ otp_code: '000000' }, 400, 'OTP_ERR_01'],
    [{ otp_code: { $ne: '' } }, 400, 'OTP_ERR_01'],
    [{ otp_code: null }, 400, 'OTP_ERR_01'],
    [{ email_code: '000000' }, 400, 'OTP_ERR_01'],
    [{ email_code: null }, 400, 'OTP_ERR_01'],
    [{}, 400, 'ACCESS_TOKEN_ERR_07'],
    [{ refresh_token: 'x' }, 400, 'ACCESS_TOKEN_ERR_07'],
    [[], 400, 'ACCESS_TOKEN_ERR_07'],
    ['text', 400, 'ACCESS_TOKEN_ERR_07'],
  ])('answers %j with %i %s, as a login', async (body, status, code) => {
    const before = await call('GET', current);
    server.services.clock.advance(1);

    expect(await call('POST', authentications, body)).toMatchObject({ status, body: { code } });
    expect((await call('GET', current)).body).toEqual(before.body);
  });
});
