import { TestBackend, type SignedUp } from '@org/backend/testing';
import type { Domain } from '@org/backend';
import { defineModule, OperationContext } from '@org/core';
import { accountIdOf, defineRoute, registerRoutes } from '@org/core/rest-api';
import { fastify } from 'fastify';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import {
  fillTable,
  readAccess,
  type Cell,
  type DeclaredRoute,
  type Sender,
} from './access-table.ts';

const operator = OperationContext.create({
  actor: { type: 'worker', id: 'org-admin' },
  requestId: 'request-1',
});

const reply = { status: 200, schema: Type.Object({ reader: Type.String() }) };
const notes = { method: 'GET', tag: 'notes', reply } as const;
/** Of every kind, and those with a permission also where the path names an account. */
const routes = {
  readNotes: defineRoute({
    ...notes,
    path: '/accounts/:account_id/notes',
    operationId: 'readNotes',
    summary: 'Read one’s notes',
    access: 'owner',
  }),
  readAnyNotes: defineRoute({
    ...notes,
    path: '/staff/accounts/:account_id/notes',
    operationId: 'readAnyNotes',
    summary: 'Read the notes of an account',
    access: 'account',
    permission: 'notes.read',
  }),
  removeNotes: defineRoute({
    ...notes,
    method: 'DELETE',
    path: '/staff/accounts/:account_id/notes',
    operationId: 'removeNotes',
    summary: 'Remove the notes of an account',
    access: 'account',
    permission: 'notes.remove',
    recent: true,
  }),
  readRules: defineRoute({
    ...notes,
    path: '/notes/rules',
    operationId: 'readRules',
    summary: 'Read the rules',
    access: 'account',
  }),
};
const answer = async (request: Parameters<typeof accountIdOf>[0]) => ({
  reader: accountIdOf(request),
});

const domain: Domain = {
  manifest: defineModule({ name: 'notes', permissions: ['notes.read', 'notes.remove'] }),
  initialize: async () => [],
  mount: async (api, guard) => {
    registerRoutes(api, routes, {
      guard,
      handlers: {
        readNotes: answer,
        readAnyNotes: answer,
        removeNotes: answer,
        readRules: answer,
      },
    });
  },
};

let test: TestBackend;
let table: readonly Cell[];

beforeAll(async () => {
  test = await TestBackend.start({
    mongodbUri: inject('mongodbUri'),
    domains: () => [domain],
    settings: { http: { hasAdminApi: true } },
  });
  table = await fillTable(await setStage());
});
afterAll(() => test.close());

/** Of the backend with the domain, as they are registered. */
async function readRoutes(): Promise<readonly DeclaredRoute[]> {
  const found: DeclaredRoute[] = [];
  const app = fastify({ exposeHeadRoutes: false });
  app.addHook('onRoute', ({ method, url, schema = {}, config = {} }) => {
    const declared = schema as { readonly description?: string; readonly security?: object[] };
    const codes = Object.values(config.errors ?? {}).flat();
    const isOpen = declared.security?.some((scheme) => Object.keys(scheme).length === 0) ?? false;
    found.push({
      method: String(method),
      path: url.replaceAll(/:(\w+)/g, '{$1}'),
      ...readAccess({ ...declared, codes }),
      ...(isOpen ? { body: { first_name: 'Augusta' } } : {}),
    });
  });
  await app.register(test.backend.plugin);
  await app.ready();
  await app.close();
  return found.filter(({ path }) => path.startsWith('/api/'));
}

async function setStage() {
  const { roles } = test.backend;
  const people = new Map<string, SignedUp>();
  const admit = async (name: string, ...granted: readonly string[]): Promise<Sender> => {
    const signedUp = await test.signUp();
    people.set(name, signedUp);
    const accountId = signedUp.account.id;
    for (const role of granted) {
      await roles.grantRole({ accountId, role }, operator);
    }
    const permissions = await roles.findPermissionsByAccountId({ accountId }, operator);
    return { name, token: (await test.logIn(signedUp)).token, permissions };
  };
  await roles.updateRole({ name: 'support', permissions: ['notes.read'] }, operator);
  const owner = { ...(await admit('owner')), isOwner: true };
  const former = await admit('former', 'support');
  const formerId = people.get('former')!.account.id;
  await roles.revokeRole({ accountId: formerId, role: 'support' }, operator);
  return {
    address: test.address,
    routes: await readRoutes(),
    senders: [
      { name: 'nobody', permissions: [] },
      owner,
      await admit('other'),
      await admit('support', 'support'),
      await admit('admin', 'admin'),
      { ...former, permissions: [] },
    ],
    ownerId: people.get('owner')!.account.id,
    renew: async (sender: Sender) => {
      const isOwner = sender.isOwner === true;
      const signedUp = isOwner ? await test.signUp() : people.get(sender.name)!;
      const { token } = await test.logIn(signedUp);
      const ownerId = isOwner ? signedUp.account.id : people.get('owner')!.account.id;
      return { sender: { ...sender, token }, ownerId };
    },
  };
}

describe('every route of a backend with a domain of one’s own', () => {
  it('admits whom it declares, and nobody else', () => {
    expect(table.filter(({ expected, actual }) => actual !== expected)).toEqual([]);
    const kinds = new Set(table.map(({ access }) => access));
    expect([...kinds].sort()).toEqual(['account', 'anyone', 'owner', 'permission', 'staff']);
  });

  it.each([
    ['GET /api/accounts/{account_id}/notes', 'owner'],
    ['GET /api/staff/accounts/{account_id}/notes', 'support, admin'],
    ['DELETE /api/staff/accounts/{account_id}/notes', 'admin'],
    ['GET /api/notes/rules', 'owner, other, support, admin, former'],
  ])('of the domain: %s admits %s', (route, admitted) => {
    const cells = table.filter((cell) => cell.route === route && cell.actual === 'admitted');

    expect(cells.map(({ sender }) => sender).join(', ')).toBe(admitted);
  });
});
