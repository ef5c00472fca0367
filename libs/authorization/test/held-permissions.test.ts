import { PermissionNotHeldError, type RoleService } from '@org/authorization';
import { OperationContext } from '@org/core';
import { beforeEach, describe, expect, it } from 'vitest';

import { ada, bob, by, eve, operator, RoleTestBed } from './services.ts';

let bed: RoleTestBed;
let roles: RoleService;

beforeEach(async () => {
  bed = await RoleTestBed.create();
  ({ roles } = bed);
  // Ada may manage roles and read; nobody but an admin may erase.
  await bed.allow(ada, 'manager', 'roles.manage', 'roles.read', 'accounts.read');
  await roles.createRole({ name: 'reader', permissions: ['accounts.read'] }, operator);
  await roles.createRole({ name: 'eraser', permissions: ['accounts.erase'] }, operator);
  await roles.updateRole({ name: 'support', permissions: ['accounts.read'] }, operator);
  await bed.grant(bob, 'reader', 'eraser', 'admin');
});

type Attempt = readonly [string, () => Promise<unknown>];

const manager = ['roles.manage', 'roles.read', 'accounts.read'];

const attempts: readonly Attempt[] = [
  [
    'defines a role with more',
    () => roles.createRole({ name: 'mine', permissions: ['accounts.erase'] }, by(ada)),
  ],
  [
    'adds to the role that they have',
    () =>
      roles.updateRole({ name: 'manager', permissions: [...manager, 'accounts.erase'] }, by(ada)),
  ],
  [
    'adds to a role that others have',
    () =>
      roles.updateRole(
        { name: 'reader', permissions: ['accounts.read', 'accounts.erase'] },
        by(ada),
      ),
  ],
  [
    'adds to support',
    () => roles.updateRole({ name: 'support', permissions: ['accounts.erase'] }, by(ada)),
  ],
  [
    'takes from a role what they have not',
    () => roles.updateRole({ name: 'eraser', permissions: [] }, by(ada)),
  ],
  ['removes a role with more', () => roles.removeRole({ name: 'eraser' }, by(ada))],
  [
    'gives another a role with more',
    () => roles.grantRole({ accountId: eve, role: 'eraser' }, by(ada)),
  ],
  [
    'gives themselves a role with more',
    () => roles.grantRole({ accountId: ada, role: 'eraser' }, by(ada)),
  ],
  ['makes an admin', () => roles.grantRole({ accountId: ada, role: 'admin' }, by(ada))],
  [
    'takes a role with more from another',
    () => roles.revokeRole({ accountId: bob, role: 'eraser' }, by(ada)),
  ],
  ['takes admin from another', () => roles.revokeRole({ accountId: bob, role: 'admin' }, by(ada))],
];

describe('nobody gives, takes or defines what they have not', () => {
  it.each(attempts)('who %s', async (_what, attempt) => {
    const before = await bed.database.driver.collection('roles').find().toArray();
    const grantsBefore = await bed.database.driver.collection('role_grants').find().toArray();

    await expect(attempt()).rejects.toThrow(PermissionNotHeldError);

    expect(await bed.database.driver.collection('roles').find().toArray()).toEqual(before);
    expect(await bed.database.driver.collection('role_grants').find().toArray()).toEqual(
      grantsBefore,
    );
    expect(bed.denials).toEqual([
      expect.objectContaining({
        resourceType: 'roles',
        action: 'authz_fail',
        context: expect.objectContaining({ actor: { type: 'account', id: ada } }),
      }),
    ]);
  });

  it('but what they have', async () => {
    await roles.createRole({ name: 'mine', permissions: ['accounts.read'] }, by(ada));
    await roles.grantRole({ accountId: eve, role: 'mine' }, by(ada));
    await roles.updateRole({ name: 'mine', permissions: ['roles.read'] }, by(ada));
    await roles.updateRole(
      { name: 'support', permissions: ['accounts.read', 'roles.read'] },
      by(ada),
    );
    expect(await bed.permissionsOf(eve)).toEqual(['roles.read']);
    await roles.revokeRole({ accountId: eve, role: 'mine' }, by(ada));
    await roles.removeRole({ name: 'mine' }, by(ada));

    expect(bed.denials).toEqual([]);
  });

  it('an admin everything', async () => {
    await roles.createRole({ name: 'mine', permissions: ['accounts.erase'] }, by(bob));
    await roles.grantRole({ accountId: eve, role: 'admin' }, by(bob));
    await roles.revokeRole({ accountId: bob, role: 'eraser' }, by(bob));

    expect(await bed.permissionsOf(eve)).toContain('accounts.erase');
  });

  it('not even what they had until just now', async () => {
    await roles.assertPermission({ accountId: ada, permission: 'accounts.read' }, by(ada));
    // In another process: here it is not known yet.
    await bed.createProcess().revokeRole({ accountId: ada, role: 'manager' }, operator);

    await expect(roles.grantRole({ accountId: eve, role: 'reader' }, by(ada))).rejects.toThrow(
      PermissionNotHeldError,
    );
  });

  it('nor who is nobody', async () => {
    const anonymous = OperationContext.anonymous('request-2');

    await expect(roles.grantRole({ accountId: eve, role: 'reader' }, anonymous)).rejects.toThrow(
      PermissionNotHeldError,
    );
  });

  it('leaves the denial on record although the caller’s transaction is rolled back', async () => {
    const change = bed.database.withTransaction(by(ada), (transaction) =>
      roles.grantRole({ accountId: ada, role: 'admin' }, transaction),
    );

    await expect(change).rejects.toThrow(PermissionNotHeldError);

    expect(bed.denials).toMatchObject([
      { resourceId: 'admin', context: { transaction: undefined } },
    ]);
  });
});

describe('who acts on the account of somebody else', () => {
  const actOn = (accountId: string, context: OperationContext) =>
    roles.assertHoldsAllOf({ accountId }, context);

  it.each([
    ['an admin', bob],
    ['who may do what they may not', eve],
  ])('is refused if that is %s', async (_who, accountId) => {
    await roles.grantRole({ accountId: eve, role: 'eraser' }, operator);

    await expect(actOn(accountId, by(ada))).rejects.toThrow(PermissionNotHeldError);
  });

  it('is not refused if that may do as much, less, or nothing', async () => {
    await roles.grantRole({ accountId: eve, role: 'reader' }, operator);

    for (const accountId of [ada, eve, '64b0000000000000000000ff', 'no id']) {
      await expect(actOn(accountId, by(ada))).resolves.toBeUndefined();
    }
    await expect(actOn(ada, by(bob))).resolves.toBeUndefined();
    await expect(actOn(bob, operator)).resolves.toBeUndefined();
  });
});
