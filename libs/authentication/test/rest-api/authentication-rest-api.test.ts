import { randomBytes } from 'node:crypto';

import { AuthenticationService, LoginService, type AccountDirectory } from '@org/authentication';
import { authenticationRestApi, createAccountGuard } from '@org/authentication/rest-api';
import { AppError, SecretKey } from '@org/core';
import { operationContextOf, restApiPlugin, restApiServerOptions } from '@org/core/rest-api';
import {
  createThrowawayDatabase,
  FakeClock,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { fastify, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

const accountId = '64b000000000000000000001';
const otherId = '64b000000000000000000002';
const clock = new FakeClock(new Date());

class WrongCredentialsError extends AppError {
  constructor() {
    super({ code: 'DIRECTORY_ERR_01', httpStatus: 401, message: 'Wrong.' });
  }
}

/** Knows one account. */
const accounts: AccountDirectory = {
  getAccountByUsernameAndPassword: async ({ username, password }) => {
    if (username !== 'ada' || password !== 'right') {
      throw new WrongCredentialsError();
    }
    return { id: accountId };
  },
};

let throwaway: ThrowawayDatabase;
let app: FastifyInstance;
let address: string;

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri'), clock });
  const authentication = AuthenticationService.create({
    database: throwaway.database,
    audit: new RecordingAuditTrail(),
    secretKey: SecretKey.create({ current: randomBytes(32) }),
    clock,
  });
  await authentication.initialize();
  const login = LoginService.create({ authentication, accounts });
  const guard = createAccountGuard(authentication);
  app = fastify(restApiServerOptions);
  await app.register(restApiPlugin);
  await app.register(authenticationRestApi, { prefix: '/api', login });
  app.get('/accounts/:account_id', { onRequest: guard }, async (request) => ({
    actor: operationContextOf(request).actor,
  }));
  app.post('/anyone', { preHandler: guard }, async (request) => ({
    actor: operationContextOf(request).actor,
  }));
  address = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await throwaway.remove();
});

function login(body: unknown): Promise<Response> {
  return fetch(`${address}/api/access-tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function createToken(): Promise<string> {
  const response = await login({ username: 'ada', password: 'right' });
  return ((await response.json()) as { token: string }).token;
}

describe('POST /access-tokens', () => {
  it('answers 201 with a token that must not be stored', async () => {
    const response = await login({ username: 'ada', password: 'right' });

    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({
      token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      account_id: accountId,
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
    });
  });

  it("passes the directory's refusal on, and starts no session", async () => {
    const sessions = throwaway.database.collection('sessions');
    const before = await sessions.countDocuments();

    const response = await login({ username: 'ada', password: 'wrong' });

    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toEqual({ code: 'DIRECTORY_ERR_01', message: 'Wrong.' });
    expect(await sessions.countDocuments()).toBe(before);
  });

  it.each([
    [{ username: 1, password: 'x' }, 'username must be a string'],
    [{ username: null, password: 'x' }, 'username must be a string'],
    [{ username: 'ada', password: { $ne: '' } }, 'password must be a string'],
    [{ username: 'ada', password: ['right'] }, 'password must be a string'],
  ])('refuses the password form %j', async (body, message) => {
    const response = await login(body);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'ACCOUNT_ERR_04', message });
  });

  it.each([{}, { username: 'ada' }, { password: 'right' }, [], null, 'text', 1])(
    'knows no form like %j',
    async (body) => {
      const response = await login(body);

      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'ACCESS_TOKEN_ERR_07' });
    },
  );
});

describe(createAccountGuard, () => {
  it('lets the owner pass, and makes the account the actor', async () => {
    const response = await fetch(`${address}/accounts/${accountId}`, {
      headers: { authorization: `Bearer ${await createToken()}` },
    });

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ actor: { type: 'account', id: accountId } });
  });

  it('lets any account pass where the path names none', async () => {
    const response = await fetch(`${address}/anyone`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await createToken()}` },
    });

    expect(await response.json()).toEqual({ actor: { type: 'account', id: accountId } });
  });

  it.each([
    ['no header', undefined, 'ACCESS_TOKEN_ERR_03', 'Bearer'],
    ['an empty header', '', 'ACCESS_TOKEN_ERR_03', 'Bearer'],
    ['no scheme', 'TOKEN', 'ACCESS_TOKEN_ERR_04', 'Bearer error="invalid_token"'],
    ['another scheme', 'Basic TOKEN', 'ACCESS_TOKEN_ERR_04', 'Bearer error="invalid_token"'],
    ['a scheme in small letters', 'bearer TOKEN', 'ACCESS_TOKEN_ERR_04', undefined],
    ['two blanks', 'Bearer  TOKEN', 'ACCESS_TOKEN_ERR_04', undefined],
    ['a third word', 'Bearer TOKEN more', 'ACCESS_TOKEN_ERR_04', undefined],
    ['the scheme alone', 'Bearer', 'ACCESS_TOKEN_ERR_04', undefined],
    ['no token of ours', 'Bearer nonsense', 'ACCESS_TOKEN_ERR_05', 'Bearer error="invalid_token"'],
  ])('refuses %s', async (_what, authorization, code, challenge) => {
    const headers: Record<string, string> = {};
    if (authorization !== undefined) {
      headers['authorization'] = authorization.replace('TOKEN', await createToken());
    }

    const response = await fetch(`${address}/accounts/${accountId}`, { headers });

    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code });
    expect(response.headers.get('www-authenticate')).toBe(
      challenge ?? 'Bearer error="invalid_token"',
    );
  });

  it.each([otherId, '000000000000000000000000', 'malformed', 'x'.repeat(5_000), '%24ne'])(
    'gives the same answer for the id %s',
    async (id) => {
      const response = await fetch(`${address}/accounts/${id}`, {
        headers: { authorization: `Bearer ${await createToken()}` },
      });

      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({
        code: 'ACCESS_TOKEN_ERR_01',
        message: 'You are not authorized to access this account.',
      });
    },
  );

  it('checks that the session is alive before whose id is in the path', async () => {
    const token = await createToken();
    await throwaway.database
      .collection('sessions')
      .updateMany({}, { $set: { revoked_at: new Date() } });

    const response = await fetch(`${address}/accounts/${otherId}`, {
      headers: { authorization: `Bearer ${token}` },
    });

    expect(await response.json()).toMatchObject({ code: 'ACCESS_TOKEN_ERR_05' });
  });

  it('calls an expired token expired', async () => {
    const token = await createToken();
    clock.advance(15 * 60_000);

    const response = await fetch(`${address}/accounts/${accountId}`, {
      headers: { authorization: `Bearer ${token}` },
    });

    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      code: 'ACCESS_TOKEN_ERR_02',
      message: 'Access token has expired. Please login again.',
    });
  });
});
