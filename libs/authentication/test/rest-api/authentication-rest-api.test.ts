import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { accountId, context, MINUTE, otherAccountId, phoneNumber } from '../services.ts';
import { startServer, type TestServer, type TokenBody } from './server.ts';

const phone = { country_code: '+91', phone_number: '9999999999' };

let server: TestServer;
let address: string;

beforeAll(async () => {
  server = await startServer();
  ({ address } = server);
});
afterAll(async () => {
  await server.close();
});

function createAccessToken(body: unknown): Promise<Response> {
  return server.post('/api/access-tokens', body);
}

function call(method: string, path: string, token?: string): Promise<Response> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(`${address}${path}`, { method, headers });
}

async function requestOtp(): Promise<string> {
  server.services.clock.advance(MINUTE);
  await server.services.authentication.otps.requestOtp({ phoneNumber, accountId }, context);
  return server.services.sent.at(-1)!.data.code;
}

const anAccessToken = {
  token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
  account_id: accountId,
  expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
  refresh_token: expect.stringMatching(/^[0-9a-f]{24}\.\d+\.[\w-]{43}$/),
  refresh_token_expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
};

describe('POST /access-tokens', () => {
  it.each<[string, () => unknown]>([
    ['a password', () => ({ username: 'ada', password: 'right' })],
    ['a one-time password', async () => ({ phone_number: phone, otp_code: await requestOtp() })],
    ['a refresh token', async () => ({ refresh_token: (await server.logIn()).refresh_token })],
    [
      'a password, whatever else there is',
      () => ({ username: 'ada', password: 'right', refresh_token: 1, otp_code: 1, more: true }),
    ],
  ])('answers %s with 201 and tokens that must not be stored', async (_what, bodyOf) => {
    const response = await createAccessToken(await bodyOf());

    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual(anAccessToken);
  });

  it("passes the directory's refusal on, and starts no session", async () => {
    const sessions = server.services.database.collection('sessions');
    const before = await sessions.countDocuments();

    const response = await createAccessToken({ username: 'ada', password: 'wrong' });

    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toEqual({ code: 'ACCOUNT_ERR_03', message: 'Wrong.' });
    expect(await sessions.countDocuments()).toBe(before);
  });

  it.each([
    [{ username: 1, password: 'x' }, 'username must be a string', '/username'],
    [{ username: null, password: 'x' }, 'username must be a string', '/username'],
    [{ username: 'ada', password: { $ne: '' } }, 'password must be a string', '/password'],
    [{ username: 'ada', password: ['right'] }, 'password must be a string', '/password'],
    [
      { phone_number: '+919999999999', otp_code: '1' },
      'phone_number must be a JSON object',
      '/phone_number',
    ],
    [
      { phone_number: { country_code: 91, phone_number: '9' }, otp_code: '1' },
      'country_code must be a string',
      '/phone_number/country_code',
    ],
    [
      { phone_number: { country_code: '+91' }, otp_code: '1' },
      'phone_number must be a string',
      '/phone_number/phone_number',
    ],
  ])('refuses the form %j', async (body, message, path) => {
    const response = await createAccessToken(body);

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      code: 'ACCOUNT_ERR_04',
      message,
      details: [{ path, message }],
    });
  });

  it.each([123456, null, { $gt: '' }, ['123456'], true, '', '123456'])(
    'calls the code %j wrong',
    async (otpCode) => {
      const response = await createAccessToken({
        phone_number: { country_code: '+91', phone_number: '7777777777' },
        otp_code: otpCode,
      });

      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({
        code: 'OTP_ERR_01',
        message: 'Please provide the correct OTP to login.',
      });
    },
  );

  it('calls a used code expired', async () => {
    const body = { phone_number: phone, otp_code: await requestOtp() };
    await createAccessToken(body);

    const response = await createAccessToken(body);

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      code: 'OTP_ERR_02',
      message: 'The OTP has expired. Please request a new OTP.',
    });
  });

  it('answers a forged and a reused refresh token alike', async () => {
    const { refresh_token } = await server.logIn();
    await createAccessToken({ refresh_token });
    server.services.clock.advance(MINUTE);

    const answers = await Promise.all(
      ['forged', refresh_token].map((token) => createAccessToken({ refresh_token: token })),
    );

    const bodies = await Promise.all(answers.map((answer) => answer.json()));
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
    expect(bodies[0]).toMatchObject({ code: 'ACCESS_TOKEN_ERR_05' });
    expect(bodies[1]).toEqual(bodies[0]);
  });

  it.each([
    {},
    { username: 'ada' },
    { password: 'right' },
    { phone_number: phone },
    { otp_code: '1' },
    { refresh_token: 1 },
    [],
    null,
    'text',
    1,
  ])('knows no form like %j', async (body) => {
    const response = await createAccessToken(body);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'ACCESS_TOKEN_ERR_07' });
  });
});

describe('DELETE /access-tokens/current', () => {
  it('ends the session of the bearer, and no other', async () => {
    const [first, second] = [await server.logIn(), await server.logIn()];

    const response = await call('DELETE', '/api/access-tokens/current', first.token);

    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');
    const again = await call('DELETE', '/api/access-tokens/current', first.token);
    expect(again.status).toBe(401);
    expect(await again.json()).toMatchObject({ code: 'ACCESS_TOKEN_ERR_05' });
    expect((await call('GET', `/accounts/${accountId}`, second.token)).status).toBe(200);
  });

  it('needs a token', async () => {
    const response = await call('DELETE', '/api/access-tokens/current');

    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'ACCESS_TOKEN_ERR_03' });
  });
});

describe('/accounts/:account_id/sessions', () => {
  const path = `/api/accounts/${accountId}/sessions`;
  let first: TokenBody;
  let second: TokenBody;

  beforeEach(async () => {
    await server.services.database.collection('sessions').deleteMany({});
    first = await server.logIn();
    second = await server.logIn();
  });

  async function list(token: string): Promise<Record<string, unknown>[]> {
    const response = await call('GET', path, token);
    expect(response.status).toBe(200);
    return ((await response.json()) as { items: Record<string, unknown>[] }).items;
  }

  function idOf({ refresh_token }: TokenBody): string {
    return refresh_token.split('.')[0]!;
  }

  it('lists them, newest first', async () => {
    expect(await list(first.token)).toEqual([
      expect.objectContaining({ id: idOf(second), current: false }),
      {
        id: idOf(first),
        created_at: expect.stringMatching(/Z$/),
        last_used_at: expect.stringMatching(/Z$/),
        user_agent: 'test',
        device: null,
        browser: null,
        ip: '127.0.0.1',
        current: true,
      },
    ]);
  });

  it('ends one, and answers 204 for an unknown one too', async () => {
    for (const id of [idOf(second), idOf(second), '000000000000000000000000', 'x'.repeat(200)]) {
      expect((await call('DELETE', `${path}/${id}`, first.token)).status).toBe(204);
    }

    expect((await list(first.token)).map(({ id }) => id)).toEqual([idOf(first)]);
  });

  it.each([
    ['?except_current=true', 200],
    ['?except_current=TRUE', 200],
    ['', 401],
    ['?except_current=false', 401],
  ])('ends all with the query "%s"', async (query, statusAfterwards) => {
    expect((await call('DELETE', path + query, first.token)).status).toBe(204);

    expect((await call('GET', path, second.token)).status).toBe(401);
    expect((await call('GET', path, first.token)).status).toBe(statusAfterwards);
  });

  it.each(['GET', 'DELETE'])('are the business of their owner alone: %s', async (method) => {
    const foreign = `/api/accounts/${otherAccountId}/sessions`;

    const response = await call(method, foreign, first.token);

    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'ACCESS_TOKEN_ERR_01' });
  });
});

describe('GET /.well-known/jwks.json', () => {
  it('publishes the keys to anyone, and lets them be cached', async () => {
    const response = await call('GET', '/.well-known/jwks.json');

    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    const { keys } = (await response.json()) as { keys: Record<string, string>[] };
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      expect(key).toEqual({
        kty: 'OKP',
        crv: 'Ed25519',
        x: expect.stringMatching(/^[\w-]{43}$/),
        kid: expect.stringMatching(/^[\w-]{43}$/),
        alg: 'EdDSA',
        use: 'sig',
      });
    }
  });
});
