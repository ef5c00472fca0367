import { RoleService } from '@org/authorization';
import { findTakenParameters } from '@org/core/testing';
import { describe, expect, it } from 'vitest';

import { ada, bob, operator, RoleTestBed } from './services.ts';

describe(RoleService, () => {
  it('takes no wrong parameters', async () => {
    const { roles, ...bed } = await createBed();
    const role = { name: 'reader', permissions: ['accounts.read'] };
    const ofAda = { accountId: ada };

    const taken = await findTakenParameters(roles, {
      code: /^ROLE_ERR_02$/,
      trusted: [operator],
      // It has optional fields only.
      taken: [/^listGrants\(0: \{(\$ne)?\}\)$/],
      notCalled: {
        initialize: 'takes nothing',
        listRoles: 'takes nothing',
      },
      calls: {
        createRole: [{ name: 'auditor', permissions: ['roles.read'] }, operator],
        updateRole: [role, operator],
        removeRole: [{ name: 'gone' }, operator],
        grantRole: [{ ...ofAda, role: 'reader' }, operator],
        revokeRole: [{ accountId: bob, role: 'reader' }, operator],
        listGrants: [{ role: 'reader', limit: 1, cursor: bed.cursor }, operator],
        findRolesByAccountId: [ofAda, operator],
        findPermissionsByAccountId: [ofAda, operator],
        assertPermission: [{ ...ofAda, permission: 'accounts.read' }, operator],
        isAllowed: [{ ...ofAda, permission: 'accounts.read' }, operator],
        assertHoldsAllOf: [ofAda, operator],
        assertAdminRemains: [ofAda, operator],
      },
    });

    expect(taken).toEqual([]);
  });
});

async function createBed() {
  const bed = await RoleTestBed.create();
  await bed.allow(ada, 'reader', 'accounts.read');
  const grant = await bed.database.collection('role_grants').findOne();
  return { roles: bed.roles, cursor: grant!._id.toHexString() };
}
