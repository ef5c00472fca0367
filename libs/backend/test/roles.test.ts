import { LastAdminError } from '@org/authorization';
import { defineModule, OperationContext } from '@org/core';
import { accountIdOf, defineRoute, registerRoutes } from '@org/core/rest-api';
import { collect } from '@org/core/testing';
import { fastify } from 'fastify';
import * as Type from 'typebox';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import type { Domain } from '../src/domain.ts';
import { TestBackend } from '../src/testing/index.ts';

const operator = OperationContext.create({
  actor: { type: 'worker', id: 'org-admin' },
  requestId: 'request-1',
});

/** A domain with a route that needs a permission. */
function diaryWith(permission: string): Domain {
  const readDiaries = defineRoute({
    method: 'GET',
    path: '/diaries',
    operationId: 'readDiaries',
    summary: 'Read all diaries',
    tag: 'diaries',
    access: 'account',
    permission,
    recent: true,
    reply: { status: 200, schema: Type.Object({ reader: Type.String() }) },
  });
  return {
    manifest: defineModule({ name: 'diary', permissions: ['diaries.read'] }),
    initialize: async () => [],
    mount: async (api, guard) => {
      await api.register(async (scope) => {
        registerRoutes(
          scope,
          { readDiaries },
          {
            guard,
            handlers: { readDiaries: async (request) => ({ reader: accountIdOf(request) }) },
          },
        );
      });
    },
  };
}

let test: TestBackend;
beforeAll(async () => {
  test = await TestBackend.start({
    mongodbUri: inject('mongodbUri'),
    domains: () => [diaryWith('diaries.read')],
  });
});
afterAll(() => test.close());

async function createAdmin() {
  const { account } = await test.signUp();
  await test.backend.roles.grantRole({ accountId: account.id, role: 'admin' }, operator);
  return account.id;
}

describe('a domain’s route that needs a permission', () => {
  const read = async (headers: Readonly<Record<string, string>>) => {
    const response = await fetch(`${test.address}/api/diaries`, { headers });
    const body = (await response.json()) as { readonly code?: string; readonly reader?: string };
    return [response.status, body.code ?? body.reader];
  };

  it('admits who has a role that allows it, for as long as that is so', async () => {
    const { roles } = test.backend;
    const ada = await test.logIn(await test.signUp());
    const granted = { accountId: ada.accountId, role: 'reader' };
    await roles.createRole({ name: 'reader', permissions: ['diaries.read'] }, operator);

    expect(await read({})).toEqual([401, 'ACCESS_TOKEN_ERR_03']);
    expect(await read(ada.headers)).toEqual([403, 'ACCESS_TOKEN_ERR_09']);
    await roles.grantRole(granted, operator);
    expect(await read(ada.headers)).toEqual([200, ada.accountId]);
    // Longer ago than is recent: that comes last.
    test.clock.advance(11 * 60_000);
    expect(await read(ada.headers)).toEqual([403, 'ACCESS_TOKEN_ERR_08']);
    await roles.revokeRole(granted, operator);
    expect(await read(ada.headers)).toEqual([403, 'ACCESS_TOKEN_ERR_09']);
  });

  it('has its like in a route of the app itself', async () => {
    const { roles, audit } = test.backend;
    const { accountId, headers } = await test.logIn(await test.signUp());
    const read = (permission = 'diaries.read') =>
      test.backend.authenticate({ method: 'GET', headers }, { permission });

    await expect(read()).rejects.toMatchObject({ statusCode: 403, code: 'ACCESS_TOKEN_ERR_09' });
    const actor = { actorType: 'account', actorId: accountId } as const;
    const { items } = await audit.findRecordsByActor(actor, operator);
    expect(items).toContainEqual(
      expect.objectContaining({ resourceId: 'diaries.read', outcome: 'denied' }),
    );

    const find = (options: object) => test.backend.findSession({ method: 'GET', headers }, options);
    await expect(find({ permission: 'diaries.read' })).rejects.toMatchObject({ statusCode: 403 });

    await roles.createRole({ name: 'writer', permissions: ['diaries.read'] }, operator);
    await roles.grantRole({ accountId, role: 'writer' }, operator);
    expect(await read()).toHaveProperty('accountId', accountId);
    expect(await find({ permission: 'diaries.read' })).toHaveProperty('accountId', accountId);
    await expect(read('diaries.raed')).rejects.toThrow(
      'The permission diaries.raed belongs to no module',
    );
    const misspelt = { permission: undefined } as unknown as { permission: string };
    await expect(test.backend.authenticate({ method: 'GET', headers }, misspelt)).rejects.toThrow(
      'The permission undefined belongs to no module',
    );
    for (const [wrong, message] of [
      [{ permisson: 'diaries.read' }, /^There is no option permisson; there are: recent, permissi/],
      [{ permission: null }, /^permission must be a text/],
      [{ recent: 'yes' }, /^recent must be true or false/],
      ['diaries.read', /^The options of authenticate must be an object/],
      [null, /^The options of authenticate must be an object/],
    ] as const) {
      for (const name of ['authenticate', 'findSession'] as const) {
        const refused = test.backend[name]({ method: 'GET', headers }, wrong as object);
        await expect(refused).rejects.toThrow(RangeError);
        await expect(refused).rejects.toThrow(message);
      }
    }
  });

  it('keeps the program from starting if its permission belongs to no module', async () => {
    const misspelt = await TestBackend.start({
      mongodbUri: inject('mongodbUri'),
      domains: () => [diaryWith('diaries.raed')],
    });
    const app = fastify();
    app.register(misspelt.backend.plugin);

    const starting = Promise.resolve(app.ready());

    await expect(starting).rejects.toThrow('The permission diaries.raed belongs to no module');
    await misspelt.close();
  });
});

describe('the last admin', () => {
  it('cannot be deleted or disabled, unless there is another whose account is active', async () => {
    const { accounts, roles } = test.backend;
    const first = await createAdmin();
    const { account: other } = await test.signUp();
    await roles.grantRole({ accountId: other.id, role: 'support' }, operator);
    const remove = (accountId: string) => accounts.deletion.deleteAccount({ accountId }, operator);
    const disable = (accountId: string) => accounts.support.disableAccount({ accountId }, operator);

    await expect(remove(first)).rejects.toThrow(LastAdminError);
    await expect(disable(first)).rejects.toThrow(LastAdminError);
    await disable(other.id);
    const second = await createAdmin();
    await disable(second);
    await expect(remove(first)).rejects.toThrow(LastAdminError);
    await accounts.support.enableAccount({ accountId: second }, operator);
    await remove(first);
    await expect(remove(second)).rejects.toThrow(LastAdminError);
  });
});

describe('the roles of an account', () => {
  it('are in its export, return with it, and are erased with it', async () => {
    const { accounts, roles } = test.backend;
    const { account } = await test.signUp();
    const { id: accountId } = account;
    await roles.grantRole({ accountId, role: 'support' }, operator);
    const found = () => roles.findRolesByAccountId({ accountId }, operator);

    const exported = await accounts.exportAccount({ accountId }, operator);
    const [grants] = await collect(exported.others['role_grants']!);
    await exported.end();
    expect(grants).toMatchObject([{ roles: ['support'] }]);

    await accounts.deletion.deleteAccount({ accountId }, operator);
    await accounts.deletion.restoreAccount({ accountId }, operator);
    expect(await found()).toEqual(['support']);

    await accounts.deletion.deleteAccount({ accountId }, operator);
    await accounts.deletion.eraseAccount({ accountId }, operator);
    expect(await found()).toEqual([]);
  });
});
