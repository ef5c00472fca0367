import {
  LastAdminError,
  PermissionNotHeldError,
  RoleExistsError,
  type RoleService,
} from '@org/authorization';
import { ObjectId } from 'mongodb';
import { beforeEach, describe, expect, it } from 'vitest';

import { ada, bob, by, operator, PERMISSIONS, RoleTestBed } from './services.ts';

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

  it.each(['x', ['accounts.read', 5], null])('is set right: %s', async (permissions) => {
    await store('roles', { name: 'odd', permissions });
    await grantOf(ada, ['odd']);

    await roles.updateRole({ name: 'odd', permissions: ['invoices.read'] }, operator);

    expect(await bed.permissionsOf(ada)).toEqual(['invoices.read']);
  });

  it('can be removed, and given its name again', async () => {
    await store('roles', { name: 'odd', permissions: 'x' });
    await bed.database
      .collection('roles')
      .updateOne(
        { name: 'support' },
        { $set: { permissions: 5 } },
        { bypassDocumentValidation: true },
      );
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

describe('a document that another program stored twice', () => {
  beforeEach(async () => {
    await bed.database.collection('role_grants').dropIndex('account_unique');
    await bed.database.collection('roles').dropIndex('name_unique');
  });

  const stored = (collection: string) => bed.database.collection(collection).countDocuments();

  it('loses a role that is taken, in all grants of the account', async () => {
    await grantOf(ada, ['support', 'admin']);
    await grantOf(ada, ['support']);
    await grantOf(ada, 'support');
    await bed.grant(bob, 'support');

    await roles.revokeRole({ accountId: ada, role: 'support' }, operator);

    const found = await roles.findRolesByAccountId({ accountId: ada }, operator);
    expect(found).toEqual(['admin']);
    expect(await stored('role_grants')).toBe(2);
  });

  it('allows no more than was set, if it is a role', async () => {
    await store('roles', { name: 'odd', permissions: 'x' });
    await store('roles', { name: 'odd', permissions: ['accounts.read'] });
    await store('roles', { name: 'odd', permissions: ['accounts.erase', 'invoices.read'] });
    await grantOf(ada, ['odd']);
    await bed.allow(bob, 'manager', 'roles.manage', 'accounts.read');
    const narrowed = { name: 'odd', permissions: ['accounts.read'] };

    await expect(roles.updateRole(narrowed, by(bob))).rejects.toThrow(PermissionNotHeldError);
    await roles.updateRole(narrowed, operator);

    expect(await bed.permissionsOf(ada)).toEqual(['accounts.read']);
    expect(await stored('roles')).toBe(3);
  });

  it('is listed as one role, and removed as one', async () => {
    await store('roles', { name: 'odd', permissions: ['invoices.read'] });
    await store('roles', { name: 'odd', permissions: ['accounts.read'] });

    const [, odd] = await roles.listRoles(operator);
    await roles.removeRole({ name: 'odd' }, operator);

    expect(odd?.permissions).toEqual(['accounts.read', 'invoices.read']);
    expect(await roles.listRoles(operator)).toHaveLength(2);
  });
});
