import { accountRestApi } from '@org/account/rest-api';
import { AppError } from '@org/core';
import { operationContextOf, setOperationContext } from '@org/core/rest-api';
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createServices, type TestServices } from '../services.ts';

let services: TestServices;
let app: FastifyInstance;
let address: string;

beforeAll(async () => {
  services = await createServices();
  // Another team's app: its own defaults, its own prefix, its own guard.
  app = fastify();
  await app.register(accountRestApi, {
    prefix: '/v1',
    accounts: services.accounts,
    guard: Object.assign(admit, { recent: async () => undefined }),
  });
  address = await app.listen({ host: '127.0.0.1', port: 0 });
});
/** Believes whatever a header says. */
async function admit(request: FastifyRequest): Promise<void> {
  const id = request.headers['x-account'];
  if (typeof id !== 'string') {
    throw new AppError({ code: 'THEIR_ERR_01', httpStatus: 401, message: 'Not you.' });
  }
  setOperationContext(request, operationContextOf(request).withActor({ type: 'account', id }));
}

afterAll(async () => {
  await app.close();
  await services.throwaway.remove();
});

function signUp(body: unknown): Promise<Response> {
  return fetch(`${address}/v1/accounts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

const form = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  username: 'ada',
  password: 'analytical engine',
};

describe('POST /accounts', () => {
  it('answers 201 with the account', async () => {
    const response = await signUp({ ...form, username: 'first' });

    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      first_name: 'Ada',
      last_name: 'Lovelace',
      username: 'first',
      email: null,
      email_verified: false,
      phone_number: null,
      phone_number_verified: false,
      created_at: services.clock.now().toISOString(),
      updated_at: services.clock.now().toISOString(),
    });
  });

  it('answers 409 naming the username that is taken', async () => {
    await signUp({ ...form, username: 'taken' });

    const response = await signUp({ ...form, username: 'Taken' });

    expect(response.status).toBe(409);
    expect(await response.json()).toEqual({
      code: 'ACCOUNT_ERR_01',
      message: 'An account with the username Taken already exists.',
    });
  });

  describe('with a phone number', () => {
    const phone_number = { country_code: '91', phone_number: '99999 99999' };

    it('answers 201 with the account, and again for the same number', async () => {
      const responses = [await signUp({ phone_number }), await signUp({ ...form, phone_number })];

      const [created, known] = await Promise.all(responses.map((response) => response.json()));
      expect(responses.map(({ status }) => status)).toEqual([201, 201]);
      expect(created).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        first_name: '',
        last_name: '',
        username: '',
        email: null,
        email_verified: false,
        phone_number: { country_code: '+91', phone_number: '9999999999' },
        phone_number_verified: false,
        created_at: services.clock.now().toISOString(),
        updated_at: services.clock.now().toISOString(),
      });
      expect(known).toEqual(created);
    });

    it.each([
      ['null', null, 'ACCOUNT_ERR_04', 'phone_number must be a JSON object'],
      ['a string', '+919999999999', 'ACCOUNT_ERR_04', 'phone_number must be a JSON object'],
      ['a list', ['+91', '9'], 'ACCOUNT_ERR_04', 'phone_number must be a JSON object'],
      ['nothing in it', {}, 'ACCOUNT_ERR_04', 'country_code must be a string'],
      [
        'a numeric country code',
        { country_code: 91, phone_number: '9999999999' },
        'ACCOUNT_ERR_04',
        'country_code must be a string',
      ],
      [
        'an operator for a number',
        { country_code: '+91', phone_number: { $gt: '' } },
        'ACCOUNT_ERR_04',
        'phone_number must be a string',
      ],
      [
        'no valid number',
        { country_code: '+91', phone_number: '1' },
        'OTP_ERR_03',
        'Please provide a valid phone number.',
      ],
    ])('answers 400 for %s, whatever else is sent', async (_what, number, code, message) => {
      const response = await signUp({ ...form, phone_number: number });

      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code, message });
    });
  });

  it.each([
    ['no fields', {}, 'must have username and password'],
    ['a username alone', { username: 'x' }, 'must have username and password'],
    ['an array', [form], 'must have username and password'],
    ['null', null, 'must have username and password'],
    ['a string', 'form', 'must have username and password'],
    ['a missing first name', { ...form, first_name: undefined }, 'first_name must be a string'],
    ['a null last name', { ...form, last_name: null }, 'last_name must be a string'],
    ['a number for a username', { ...form, username: 1 }, 'username must be a string'],
    ['an operator for a username', { ...form, username: { $gt: '' } }, 'username must be a string'],
    ['a list of passwords', { ...form, password: ['a'] }, 'password must be a string'],
    ['a short password', { ...form, password: 'short' }, 'password must have at least 8'],
  ])('answers 400 for %s and stores nothing', async (_what, body, message) => {
    const collection = services.throwaway.database.collection('accounts');
    const before = await collection.countDocuments();

    const response = await signUp(body);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'ACCOUNT_ERR_04',
      message: expect.stringContaining(message),
    });
    expect(await collection.countDocuments()).toBe(before);
  });
});

describe('GET /accounts/:account_id', () => {
  it('answers the account, with preferences only when they are asked for', async () => {
    const account = (await (await signUp({ ...form, username: 'reader' })).json()) as {
      id: string;
    };
    const read = async (query: string) => {
      const response = await fetch(`${address}/v1/accounts/${account.id}${query}`, {
        headers: { 'x-account': account.id },
      });
      return response.json();
    };
    const preferences = {
      account_id: account.id,
      email_enabled: true,
      push_enabled: true,
      sms_enabled: true,
      created_at: services.clock.now().toISOString(),
      updated_at: services.clock.now().toISOString(),
    };

    expect(await read('')).toEqual(account);
    expect(await read('?include_notification_preferences=false')).toEqual(account);
    for (const yes of ['true', 'True', 'TRUE']) {
      expect(await read(`?include_notification_preferences=${yes}`)).toEqual({
        ...account,
        notification_preferences: preferences,
      });
    }
  });

  it("asks the app's guard before anything else", async () => {
    const response = await fetch(`${address}/v1/accounts/malformed`);

    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ code: 'THEIR_ERR_01', message: 'Not you.' });
  });

  it('answers 404 for an account that is gone', async () => {
    const id = '64b000000000000000000009';
    const response = await fetch(`${address}/v1/accounts/${id}`, { headers: { 'x-account': id } });

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      code: 'ACCOUNT_ERR_02',
      message: `We could not find an account with id: ${id}. Please verify and try again.`,
    });
  });
});

describe('POST /password-reset-tokens', () => {
  function askForReset(body: unknown): Promise<Response> {
    return fetch(`${address}/v1/password-reset-tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  it('answers when the link will expire', async () => {
    const inHalfAnHour = new Date(services.clock.now().getTime() + 30 * 60_000);

    const response = await askForReset({ username: 'ada' });

    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ expires_at: inHalfAnHour.toISOString() });
  });

  it.each([{}, { username: 1 }, { username: ['ada'] }, [], null])('refuses %j', async (body) => {
    const response = await askForReset(body);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'ACCOUNT_ERR_04',
      details: [{ path: expect.any(String), message: expect.any(String) }],
    });
  });
});
