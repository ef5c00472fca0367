import { randomBytes } from 'node:crypto';

import { AppError } from '@org/core';
import {
  operationContextOf,
  restApiPlugin,
  restApiServerOptions,
  setOperationContext,
} from '@org/core/rest-api';
import { notificationRestApi } from '@org/notification/rest-api';
import { fastify, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createBrowserKeys, publicKeysOf } from '../provider/decrypt-push-message.ts';
import { accountId, createServices, type TestServices } from '../services.ts';

const form = {
  endpoint: 'https://push.example.org/1',
  keys: publicKeysOf(createBrowserKeys(randomBytes(16))),
};
const path = `/api/accounts/${accountId}/push-subscriptions`;

let services: TestServices;
let app: FastifyInstance;

beforeAll(async () => {
  services = await createServices();
  app = fastify(restApiServerOptions);
  await app.register(restApiPlugin);
  await app.register(notificationRestApi, {
    prefix: '/api',
    notification: services.notification,
    guard: async (request) => {
      const id = request.headers['x-account'];
      const { account_id: idInPath } = request.params as { account_id: string };
      if (id !== idInPath) {
        throw new AppError({ code: 'THEIR_ERR_01', httpStatus: 401, message: 'Not you.' });
      }
      setOperationContext(
        request,
        operationContextOf(request).withActor({ type: 'account', id: idInPath }),
      );
    },
  });
});
beforeEach(async () => {
  await services.throwaway.database.collection('push_subscriptions').deleteMany({});
});
afterAll(async () => {
  await app.close();
  await services.throwaway.remove();
});

function call(method: 'GET' | 'POST' | 'DELETE', url: string, payload?: unknown, as = accountId) {
  return app.inject({
    method,
    url,
    headers: {
      'x-account': as,
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }),
  });
}

describe('POST /accounts/:account_id/push-subscriptions', () => {
  it('answers 201 with the subscription and without its keys', async () => {
    const response = await call('POST', path, { ...form, id: 'mine', expirationTime: null });

    expect(response.statusCode).toBe(201);
    expect(response.json()).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      endpoint: form.endpoint,
      created_at: services.clock.now().toISOString(),
    });
  });

  it.each([
    [null, 'body must be a JSON object'],
    [[], 'body must be a JSON object'],
    [{}, 'endpoint must be a string'],
    [{ ...form, endpoint: 1 }, 'endpoint must be a string'],
    [{ endpoint: form.endpoint }, 'keys must be a JSON object'],
    [{ ...form, keys: 'x' }, 'keys must be a JSON object'],
    [{ ...form, keys: { auth: 'x' } }, 'p256dh must be a string'],
    [{ ...form, keys: { p256dh: { $ne: '' }, auth: 'x' } }, 'p256dh must be a string'],
    [{ ...form, keys: { ...form.keys, auth: null } }, 'auth must be a string'],
    [{ ...form, keys: { ...form.keys, auth: 'x' } }, 'auth must be 16 bytes in base64url'],
    [
      { ...form, endpoint: 'http://127.0.0.1/' },
      'endpoint must be the https URL of a push service on the public internet',
    ],
  ])('refuses the body %j', async (body, message) => {
    const response = await call('POST', path, body);

    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: 'NOTIFICATION_ERR_02', message });
  });

  it('asks who sends it before it looks at the body', async () => {
    const response = await call('POST', path, null, 'somebody else');

    expect(response.statusCode).toBe(401);
    expect(response.json()).toEqual({ code: 'THEIR_ERR_01', message: 'Not you.' });
  });
});

describe('GET /accounts/:account_id/push-subscriptions', () => {
  it('lists the subscriptions', async () => {
    const created = await call('POST', path, form);

    const response = await call('GET', path);

    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ items: [created.json()] });
  });

  it('is the owner’s', async () => {
    expect((await call('GET', path, undefined, 'somebody else')).statusCode).toBe(401);
  });
});

describe('DELETE /accounts/:account_id/push-subscriptions/:subscription_id', () => {
  it('answers 204 and ends the subscription', async () => {
    const { id } = (await call('POST', path, form)).json<{ id: string }>();

    const response = await call('DELETE', `${path}/${id}`);

    expect([response.statusCode, response.body]).toEqual([204, '']);
    expect((await call('GET', path)).json()).toEqual({ items: [] });
  });

  it.each(['64b0000000000000000000ff', 'nonsense', '%24ne'])(
    'answers 204 for %s, which is not there',
    async (id) => {
      expect((await call('DELETE', `${path}/${id}`)).statusCode).toBe(204);
    },
  );

  it('is the owner’s', async () => {
    const { id } = (await call('POST', path, form)).json<{ id: string }>();

    expect((await call('DELETE', `${path}/${id}`, undefined, 'other')).statusCode).toBe(401);
    expect((await call('GET', path)).json<{ items: object[] }>().items).toHaveLength(1);
  });
});
