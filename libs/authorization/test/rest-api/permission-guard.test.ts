import { createPermissionGuard } from '@org/authorization/rest-api';
import { AppError, InvalidModuleError } from '@org/core';
import {
  accountIdOf,
  applyHttpContract,
  defineRoute,
  operationContextOf,
  registerRoutes,
  setOperationContext,
  type AccountGuard,
} from '@org/core/rest-api';
import { fastify, type FastifyInstance, type FastifyRequest, type InjectOptions } from 'fastify';
import { Readable } from 'node:stream';
import * as Type from 'typebox';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { ada, bob, operator, RoleTestBed } from '../services.ts';

class ThingBadRequestError extends AppError {
  constructor(message: string) {
    super({ code: 'THING_ERR_01', httpStatus: 400, message });
  }
}

const route = { tag: 'invoices', access: 'account', permission: 'invoices.read' } as const;
const schema = Type.Object({ reader: Type.String() });
const routes = {
  readInvoices: defineRoute({
    ...route,
    method: 'GET',
    path: '/invoices',
    operationId: 'readInvoices',
    summary: 'Read the invoices',
    reply: { status: 200, schema },
  }),
  findInvoices: defineRoute({
    ...route,
    method: 'POST',
    path: '/invoices',
    operationId: 'findInvoices',
    summary: 'Find invoices',
    reply: { status: 200, schema },
  }),
};
const handlers = {
  readInvoices: async (request: FastifyRequest) => ({ reader: accountIdOf(request) }),
  findInvoices: async (request: FastifyRequest) => ({ reader: accountIdOf(request) }),
};

let bed: RoleTestBed;
let app: FastifyInstance;
const errorsByRoute: Record<string, unknown> = {};

const account = async (request: FastifyRequest) => {
  const id = String(request.headers['x-account']);
  setOperationContext(request, operationContextOf(request).withActor({ type: 'account', id }));
};

function createGuard(): AccountGuard {
  const { roles, audit } = bed;
  return Object.assign(account, { account, permission: createPermissionGuard({ roles, audit }) });
}

beforeEach(async () => {
  bed = await RoleTestBed.create();
  await bed.allow(ada, 'reader', 'invoices.read');
  app = fastify();
  onTestFinished(() => app.close());
  app.addHook('onRoute', ({ method, config }) => {
    errorsByRoute[String(method)] = config?.errors;
  });
  applyHttpContract(app, ThingBadRequestError);
  registerRoutes(app, routes, { handlers, guard: createGuard() });
});

const send = (accountId: string, options: InjectOptions = {}) =>
  app.inject({ url: '/invoices', headers: { 'x-account': accountId }, ...options });

describe(createPermissionGuard, () => {
  it('admits an account one of whose roles allows it', async () => {
    expect((await send(ada)).json()).toEqual({ reader: ada });
  });

  it('refuses all others, and records the denial', async () => {
    const refused = await send(bob);

    expect(refused.statusCode).toBe(403);
    expect(refused.json()).toMatchObject({ code: 'ACCESS_TOKEN_ERR_09' });
    expect(refused.headers['www-authenticate']).toBe('Bearer error="insufficient_scope"');
    expect(bed.denials).toMatchObject([
      {
        resourceType: 'permissions',
        resourceId: 'invoices.read',
        action: 'authz_fail',
        context: { actor: { type: 'account', id: bob } },
      },
    ]);
  });

  it('documents its error', () => {
    expect(errorsByRoute['GET']).toEqual({ 403: ['ACCESS_TOKEN_ERR_09'] });
  });

  it('refuses a sender whose role was taken while the body arrived', async () => {
    const body = async function* () {
      await bed.roles.revokeRole({ accountId: ada, role: 'reader' }, operator);
      yield '{}';
    };

    const refused = await send(ada, {
      method: 'POST',
      headers: { 'x-account': ada, 'content-type': 'application/json' },
      payload: Readable.from(body()),
    });

    expect(refused.json()).toMatchObject({ code: 'ACCESS_TOKEN_ERR_09' });
    expect(bed.denials).toHaveLength(1);
  });

  it('refuses at the start a permission that no module declares', () => {
    const readOthers = { ...routes.readInvoices, path: '/others', permission: 'invoices.raed' };
    const register = () => {
      registerRoutes(
        app,
        { readOthers },
        { handlers: { readOthers: handlers.readInvoices }, guard: createGuard() },
      );
    };

    expect(register).toThrow(InvalidModuleError);
    expect(register).toThrow('The permission invoices.raed belongs to no module');
  });
});
