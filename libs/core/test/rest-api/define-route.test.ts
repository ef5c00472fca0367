import { defineRoute, registerRoutes } from '@org/core/rest-api';
import { fastify } from 'fastify';
import * as Type from 'typebox';
import { describe, expect, it } from 'vitest';

const routes = {
  getThing: defineRoute({
    method: 'GET',
    path: '/accounts/:account_id/thing',
    operationId: 'getThing',
    summary: 'Read the thing',
    tag: 'things',
    access: 'owner',
    params: Type.Object({ account_id: Type.String() }),
    reply: { status: 200, schema: Type.Object({ owner: Type.String() }) },
  }),
};
const handlers = {
  getThing: async ({ params }: { params: { account_id: string } }) => ({
    owner: params.account_id,
  }),
};

describe(registerRoutes, () => {
  it('asks the guard before the handler', async () => {
    const app = fastify();
    registerRoutes(app, routes, {
      handlers,
      guard: async ({ headers }) => {
        if (headers.authorization === undefined) {
          throw new Error('Not you.');
        }
      },
    });
    const request = { url: '/accounts/1/thing', headers: { authorization: 'x' } };

    expect((await app.inject({ url: request.url })).statusCode).toBe(500);
    expect((await app.inject(request)).json()).toEqual({ owner: '1' });
  });

  it('refuses a route for owners that nobody guards', () => {
    expect(() => {
      registerRoutes(fastify(), routes, { handlers });
    }).toThrow('GET /accounts/:account_id/thing needs a guard.');
  });
});
