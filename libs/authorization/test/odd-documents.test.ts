import { LastAdminError, RoleExistsError, type RoleService } from '@org/authorization';
import { ObjectId } from 'mongodb';
import { beforeEach, describe, expect, it } from 'vitest';

import { ada, bob, operator, PERMISSIONS, RoleTestBed } from './services.ts';

let bed: RoleTestBed;
let roles: RoleService;

beforeEach(async () => {
  bed = await RoleTestBed.create();
  ({ roles } = bed);
});

/** As another program might leave it. */
async function store(collection: 'roles' | 'role_grants', document: object): Promise<void> {
  const time = bed.clock.now();
  await bed.database
    .collection(collection)
    .insertOne(
      { created_at: time, updated_at: time, ...document },
      { bypassDocumentValidation: true },
    );
}

const grantOf = (accountId: unknown, given: unknown) =>
  store('role_grants', { account_id: accountId, roles: given });

describe('a role that another program left malformed', () => {
  it.each([
    ['numbers', [5, 7]],
    ['a number among texts', ['accounts.read', 5]],
    ['a text', 'accounts.read'],
    ['an object', { 'accounts.read': true }],
    ['nothing', null],
  ])('grants nothing: %s', async (_what, permissions) => {
    await store('roles', { name: 'odd', permissions });
    await grantOf(ada, ['odd', 'support']);

    expect(await bed.permissionsOf(ada)).toEqual(['accounts.read']);
    expect(await roles.listRoles(operator)).toHaveLength(permissions === null ? 3 : 2);
  });

  it('grants nothing by *, which is the admin’s alone', async () => {
    await store('roles', { name: 'odd', permissions: ['*', 'invoices.read', 'not.declared'] });
    await grantOf(ada, ['odd']);

    expect(await bed.permissionsOf(ada)).toEqual(['invoices.read']);
    expect((await roles.listRoles(operator))[1]).toMatchObject({
      name: 'odd',
      permissions: ['invoices.read', 'not.declared'],
    });
  });

  it('can be set right or removed', async () => {
    await store('roles', { name: 'odd', permissions: 'x' });
    await bed.database
      .collection('roles')
      .updateOne({ name: 'support' }, { $set: { permissions: 5 } }, { bypassDocumentValidation: true });
    const again = { name: 'odd', permissions: [] };

    await expect(roles.createRole(again, operator)).rejects.toThrow(RoleExistsError);
    await roles.removeRole({ name: 'odd' }, operator);
    await roles.createRole(again, operator);
    await roles.updateRole({ name: 'support', permissions: ['roles.read'] }, operator);

    expect(await roles.listRoles(operator)).toHaveLength(3);
  });

  it('does not change what admin allows', async () => {
    await store('roles', { name: 'admin', permissions: [] });
    await bed.grant(ada, 'admin');

    expect(await bed.permissionsOf(ada)).toEqual(PERMISSIONS);
    expect((await roles.listRoles(operator)).map(({ name }) => name)).toEqual(['admin', 'support']);
  });
});

describe('a grant that another program left malformed', () => {
  it.each([
    ['a text', 'admin'],
    ['numbers among texts', ['admin', 5]],
    ['an object', { 0: 'admin' }],
    ['nested', [['admin']]],
    ['nothing', null],
  ])('grants nothing: %s', async (_what, given) => {
    await grantOf(ada, given);

    expect(await bed.permissionsOf(ada)).toEqual([]);
    expect(await roles.findRolesByAccountId({ accountId: ada }, operator)).toEqual([]);
  });

  it('grants nothing by another type of id', async () => {
    await grantOf(new ObjectId(ada), ['admin']);

    expect(await bed.permissionsOf(ada)).toEqual([]);
  });

  it('grants nothing by a role that is in no collection', async () => {
    await grantOf(ada, ['gone', 'Admin', '*']);

    expect(await bed.permissionsOf(ada)).toEqual([]);
  });

  it('makes nobody the other admin', async () => {
    await bed.grant(ada, 'admin');
    await grantOf(bob, 'admin');
    const revocation = roles.revokeRole({ accountId: ada, role: 'admin' }, operator);

    await expect(revocation).rejects.toThrow(LastAdminError);
  });

  it('is set right by the next role that is given', async () => {
    await grantOf(ada, 'admin');

    await bed.grant(ada, 'support');

    expect(await roles.findRolesByAccountId({ accountId: ada }, operator)).toEqual(['support']);
  });

  it('is erased with the account, whatever its shape', async () => {
    await grantOf(ada, 5);
    await grantOf(new ObjectId(ada), ['admin']);

    await roles.personalDataProvider.deleteDataByAccountId(
      { accountId: ada },
      { signal: new AbortController().signal, forget: async () => {} },
      operator,
    );

    expect(await bed.database.collection('role_grants').countDocuments()).toBe(0);
  });
});
