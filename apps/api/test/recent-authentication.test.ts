import { randomBytes } from 'node:crypto';

import { createThrowawayDatabase, FakeClock, type ThrowawayDatabase } from '@org/core/testing';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import { channelsOf, composeProgramBackend } from '../src/backend.ts';
import { readConfig } from '../src/config.ts';
import { createLogger } from '../src/logging.ts';
import { Readiness } from '../src/readiness.ts';
import { buildServer } from '../src/server.ts';

const MINUTE = 60_000;
const logger = createLogger('silent');
const secretKey = randomBytes(32);
const clock = new FakeClock(new Date());
const ada = { first_name: 'Ada', last_name: '', username: 'ada', password: 'analytical engine' };
const phone_number = { country_code: '+91', phone_number: '9999999999' };

let throwaway: ThrowawayDatabase;
/** Two processes of one setting, and one that does not ask for it. */
let first: FastifyInstance;
let second: FastifyInstance;
let lenient: FastifyInstance;

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri'), clock });
  first = await start();
  second = await start();
  lenient = await start({ RECENT_AUTHENTICATION: 'off' });
});
afterAll(async () => {
  await Promise.all([first, second, lenient].map((app) => app.close()));
  await throwaway.remove();
});
beforeEach(async () => {
  await throwaway.database.collection('accounts').deleteMany({});
});

async function start(environment: Record<string, string> = {}): Promise<FastifyInstance> {
  const config = readConfig({
    RATE_LIMITS: 'off',
    OTP_TEST_CODE: '314159',
    TRUSTED_PROXIES: '127.0.0.1',
    ...environment,
  });
  const { database } = throwaway;
  const channels = channelsOf(config);
  const backend = composeProgramBackend({ config, database, secretKey, clock, logger, channels });
  await backend.initialize();
  const readiness = new Readiness();
  readiness.announce();
  return buildServer({ config, backend, readiness, logger });
}

interface Owner {
  readonly id: string;
  readonly headers: { readonly authorization: string };
}

async function logIn(body: object): Promise<Owner> {
  await first.inject({ method: 'POST', url: '/api/accounts', payload: body });
  const payload = 'phone_number' in body ? { ...body, otp_code: '314159' } : body;
  const login = await first.inject({ method: 'POST', url: '/api/access-tokens', payload });
  const { account_id: id, token } = login.json<{ account_id: string; token: string }>();
  return { id, headers: { authorization: `Bearer ${token}` } };
}

/** What a stolen session must not do. */
const routes = [
  ['DELETE', '', 204],
  ['GET', '/export', 200],
  ['DELETE', '/sessions', 204],
  ['DELETE', '/sessions?except_current=true', 204],
  ['DELETE', '/sessions/64b000000000000000000001', 204],
] as const;

describe('a request that needs a recent authentication', () => {
  it.each(routes)(
    'is refused after ten minutes until its owner authenticates again: %s %s',
    async (method, path, status) => {
      const { id, headers } = await logIn(ada);
      const send = (app: FastifyInstance) =>
        app.inject({ method, url: `/api/accounts/${id}${path}`, headers });
      clock.advance(10 * MINUTE + 1);

      const refused = await send(first);
      expect(refused.statusCode).toBe(403);
      expect(refused.json()).toMatchObject({ code: 'ACCESS_TOKEN_ERR_08' });
      expect(refused.headers['www-authenticate']).toBe(
        'Bearer error="insufficient_user_authentication", max_age=600',
      );
      expect((await send(second)).statusCode).toBe(403);

      const url = '/api/sessions/current/authentications';
      const { password } = ada;
      const renewed = await first.inject({ method: 'POST', url, headers, payload: { password } });
      expect(renewed.statusCode).toBe(200);
      expect((await send(second)).statusCode).toBe(status);
    },
  );

  it.each(routes)('is as before where the setting is off: %s %s', async (method, path, status) => {
    const { id, headers } = await logIn(ada);
    clock.advance(10 * MINUTE + 1);

    const url = `/api/accounts/${id}${path}`;
    expect((await lenient.inject({ method, url, headers })).statusCode).toBe(status);
  });

  it('is served to an owner without a password who has a new code', async () => {
    const { id, headers } = await logIn({ phone_number });
    clock.advance(11 * MINUTE);
    await first.inject({ method: 'POST', url: '/api/accounts', payload: { phone_number } });
    const prove = (payload: object) =>
      first.inject({
        method: 'POST',
        url: '/api/sessions/current/authentications',
        headers,
        payload,
      });

    expect((await prove({ password: '' })).json()).toMatchObject({ code: 'ACCOUNT_ERR_03' });
    expect((await prove({ otp_code: '141592' })).json()).toMatchObject({ code: 'OTP_ERR_01' });
    expect((await prove({ otp_code: '314159' })).json()).toMatchObject({
      account_id: id,
      authenticated_by: 'otp',
      authenticated_at: clock.now().toISOString(),
    });
    const deletion = { method: 'DELETE', url: `/api/accounts/${id}`, headers } as const;
    expect((await first.inject(deletion)).statusCode).toBe(204);
  });
});

describe('a change of the password', () => {
  it('needs none, since it carries its own proof', async () => {
    const { id, headers } = await logIn(ada);
    clock.advance(11 * MINUTE);
    const payload = { current_password: ada.password, new_password: 'difference engine' };

    const changed = await first.inject({
      method: 'PATCH',
      url: `/api/accounts/${id}`,
      headers,
      payload,
    });

    expect(changed.statusCode).toBe(200);
  });
});
