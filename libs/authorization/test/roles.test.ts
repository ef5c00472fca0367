import { AccountWithIdNotFoundError } from '@org/account';
import {
  BuiltInRoleError,
  RoleBadRequestError,
  RoleExistsError,
  RoleGrantedError,
  RoleLimitReachedError,
  RoleNotFoundError,
  RoleNotGrantedError,
  RoleService,
} from '@org/authorization';
import { beforeEach, describe, expect, it } from 'vitest';

import { ada, bob, nobody, operator, PERMISSIONS, RoleTestBed } from './services.ts';

let bed: RoleTestBed;
let roles: RoleService;

beforeEach(async () => {
  bed = await RoleTestBed.create();
  ({ roles } = bed);
});

const names = async () => (await roles.listRoles(operator)).map(({ name }) => name);

describe(RoleService, () => {
  it('has the roles admin and support from the beginning', async () => {
    const [admin, support, ...others] = await roles.listRoles(operator);

    expect(admin).toEqual({ name: 'admin', permissions: ['*'], isBuiltIn: true });
    expect(support).toMatchObject({ name: 'support', isBuiltIn: true });
    expect(support!.permissions).toEqual(
      expect.arrayContaining(['accounts.read', 'deliveries.replay']),
    );
    expect(others).toEqual([]);
  });

  it('leaves support as operators have made it, however many processes start', async () => {
    await roles.updateRole({ name: 'support', permissions: ['invoices.read'] }, operator);

    await Promise.all([bed.createProcess().initialize(), bed.createProcess().initialize()]);

    expect((await roles.listRoles(operator))[1]!.permissions).toEqual(['invoices.read']);
  });

  it('stores what a role allows, sorted and once, with its record', async () => {
    const given = { name: 'auditor', permissions: ['roles.read', 'invoices.read', 'roles.read'] };

    const created = await roles.createRole(given, operator);

    const permissions = ['invoices.read', 'roles.read'];
    expect(created).toEqual({ name: 'auditor', permissions, isBuiltIn: false });
    expect(bed.audit.events.at(-1)).toMatchObject({
      resourceType: 'roles',
      action: 'create',
      changes: { name: { new: 'auditor' }, permissions: { new: permissions } },
      context: { actor: operator.actor },
    });
  });

  it('changes and removes one', async () => {
    await roles.createRole({ name: 'auditor', permissions: ['roles.read'] }, operator);

    const changed = await roles.updateRole({ name: 'auditor', permissions: [] }, operator);
    await roles.removeRole({ name: 'auditor' }, operator);

    expect(changed.permissions).toEqual([]);
    expect(await names()).toEqual(['admin', 'support']);
    expect(bed.audit.events.slice(-2).map(({ action }) => action)).toEqual(['update', 'delete']);
  });

  it('refuses what it does not know, or must not change', async () => {
    await bed.allow(ada, 'auditor', 'roles.read');
    const permissions = ['invoices.read'];

    const attempts = [
      [() => roles.createRole({ name: 'auditor', permissions }, operator), RoleExistsError],
      [() => roles.createRole({ name: 'Auditor', permissions }, operator), RoleBadRequestError],
      [
        () => roles.createRole({ name: 'clerk', permissions: ['shop.close'] }, operator),
        RoleBadRequestError,
      ],
      [
        () => roles.createRole({ name: 'clerk', permissions: ['*'] }, operator),
        RoleBadRequestError,
      ],
      [() => roles.createRole({ name: 'admin', permissions }, operator), BuiltInRoleError],
      [() => roles.updateRole({ name: 'clerk', permissions }, operator), RoleNotFoundError],
      [() => roles.updateRole({ name: 'admin', permissions }, operator), BuiltInRoleError],
      [
        () => roles.updateRole({ name: 'auditor', permissions: ['*'] }, operator),
        RoleBadRequestError,
      ],
      [() => roles.removeRole({ name: 'clerk' }, operator), RoleNotFoundError],
      [() => roles.removeRole({ name: 'admin' }, operator), BuiltInRoleError],
      [() => roles.removeRole({ name: 'support' }, operator), BuiltInRoleError],
      [() => roles.removeRole({ name: 'auditor' }, operator), RoleGrantedError],
      [() => roles.grantRole({ accountId: ada, role: 'clerk' }, operator), RoleNotFoundError],
      [
        () => roles.grantRole({ accountId: nobody, role: 'auditor' }, operator),
        AccountWithIdNotFoundError,
      ],
      [() => roles.revokeRole({ accountId: ada, role: 'clerk' }, operator), RoleNotFoundError],
      [() => roles.revokeRole({ accountId: bob, role: 'auditor' }, operator), RoleNotGrantedError],
      [
        () => roles.revokeRole({ accountId: nobody, role: 'auditor' }, operator),
        RoleNotGrantedError,
      ],
    ] as const;

    for (const [attempt, refusal] of attempts) {
      await expect(attempt()).rejects.toThrow(refusal);
    }
    expect(await names()).toEqual(['admin', 'auditor', 'support']);
    expect(await bed.permissionsOf(ada)).toEqual(['roles.read']);
  });

  it('has 200 roles at most', async () => {
    const { driver } = bed.database;
    const time = bed.clock.now();
    const many = Array.from({ length: 198 }, (_, index) => ({
      name: `r${index}`,
      permissions: [],
      created_at: time,
      updated_at: time,
    }));
    await driver.collection('roles').insertMany(many);
    const create = (name: string) => roles.createRole({ name, permissions: [] }, operator);

    await create('last');

    await expect(create('one-more')).rejects.toThrow(RoleLimitReachedError);
  });

  it('keeps a permission that no module declares any longer, but gives it to no other role', async () => {
    const withShop = bed.createProcess([...PERMISSIONS, 'shop.close']);
    await withShop.createRole({ name: 'clerk', permissions: ['shop.close'] }, operator);
    await bed.grant(ada, 'clerk');

    const permissions = ['invoices.read', 'shop.close'];
    const changed = await roles.updateRole({ name: 'clerk', permissions }, operator);

    expect(changed.permissions).toEqual(permissions);
    expect(await bed.permissionsOf(ada)).toEqual(['invoices.read']);
    await expect(roles.createRole({ name: 'other', permissions }, operator)).rejects.toThrow(
      'permissions must be among',
    );
  });
});

describe('the roles of an account', () => {
  it('are given, found and taken away, each with its record', async () => {
    await bed.allow(ada, 'auditor', 'roles.read');
    await bed.grant(ada, 'support');

    expect(await roles.findRolesByAccountId({ accountId: ada }, operator)).toEqual([
      'auditor',
      'support',
    ]);
    expect(await bed.permissionsOf(ada)).toEqual(['accounts.read', 'roles.read']);

    await roles.revokeRole({ accountId: ada, role: 'support' }, operator);

    expect(await roles.findRolesByAccountId({ accountId: ada }, operator)).toEqual(['auditor']);
    expect(bed.audit.events.at(-1)).toMatchObject({
      resourceType: 'role_grants',
      action: 'update',
      changes: { roles: { old: ['auditor', 'support'], new: ['auditor'] } },
    });
  });

  it('are given once', async () => {
    await bed.grant(ada, 'support');
    const records = bed.audit.events.length;

    await bed.grant(ada, 'support');

    expect(bed.audit.events).toHaveLength(records);
    expect(await roles.findRolesByAccountId({ accountId: ada }, operator)).toEqual(['support']);
  });

  it('are taken away from an account that has ended', async () => {
    await bed.grant(ada, 'support');
    await bed.end(ada);

    await roles.revokeRole({ accountId: ada, role: 'support' }, operator);

    expect(await roles.findRolesByAccountId({ accountId: ada }, operator)).toEqual([]);
  });

  it('allow an admin everything that modules declare', async () => {
    await bed.grant(ada, 'admin');

    expect(await bed.permissionsOf(ada)).toEqual(PERMISSIONS);
    expect(await bed.permissionsOf(bob)).toEqual([]);
  });

  it('are listed page by page, newest first, of one role or of any', async () => {
    await bed.grant(ada, 'support');
    await bed.grant(bob, 'admin', 'support');

    const first = await roles.listGrants({ limit: 1 }, operator);
    const second = await roles.listGrants({ limit: 1, cursor: first.nextCursor! }, operator);
    const admins = await roles.listGrants({ role: 'admin' }, operator);

    expect(first.items).toMatchObject([{ accountId: bob, roles: ['admin', 'support'] }]);
    expect(second).toMatchObject({ items: [{ accountId: ada }], nextCursor: null });
    expect(admins.items.map(({ accountId }) => accountId)).toEqual([bob]);
    await expect(roles.listGrants({ cursor: 'x' }, operator)).rejects.toThrow(RoleBadRequestError);
  });

  it('are part of the account’s export, and erased with it', async () => {
    await bed.grant(ada, 'support');
    await bed.grant(bob, 'support');
    const { personalDataProvider: provider } = roles;
    const exported = async (accountId: string) => {
      const pages: unknown[] = [];
      for await (const page of provider.exportDataByAccountId({ accountId }, operator)) {
        pages.push(...page);
      }
      return pages;
    };

    expect(await exported(ada)).toEqual([
      { roles: ['support'], created_at: bed.clock.now(), updated_at: bed.clock.now() },
    ]);

    const erasure = { signal: new AbortController().signal, forget: async () => {} };
    await provider.deleteDataByAccountId({ accountId: ada }, erasure, operator);

    expect(await exported(ada)).toEqual([]);
    expect(await exported(bob)).toHaveLength(1);
  });
});
