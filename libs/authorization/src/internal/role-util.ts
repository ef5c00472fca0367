import type { Role, RoleGrant } from '../types.ts';
import { ADMIN, EVERYTHING, isBuiltIn, sorted, type HeldPermissions } from './permission-policy.ts';
import { RoleGrantModel } from './store/role-grant-model.ts';
import { RoleModel } from './store/role-model.ts';

/** It is in no collection: it must not depend on what is stored. */
export const adminRole: Role = { name: ADMIN, permissions: [EVERYTHING], isBuiltIn: true };

export function convertRoleBsonToRole(bson: object): Role {
  const { name, permissions } = RoleModel.fromBson(bson);
  return { name, permissions: namedIn(permissions), isBuiltIn: isBuiltIn(name) };
}

export function convertGrantToRoleGrant(grant: RoleGrantModel): RoleGrant {
  const { accountId, roles, createdAt, updatedAt } = grant;
  return { accountId, roles: sorted(roles), createdAt, updatedAt };
}

export function convertGrantBsonToJson(bson: object): object {
  const { roles, createdAt, updatedAt } = RoleGrantModel.fromBson(bson);
  return { roles, created_at: createdAt, updated_at: updatedAt };
}

/** What roles of these names allow, as they are stored. */
export function toHeldPermissions(
  names: readonly string[],
  roles: readonly RoleModel[],
): HeldPermissions {
  const others = roles.filter(({ name }) => name !== ADMIN);
  return {
    roles: sorted(names),
    isAdmin: names.includes(ADMIN),
    permissions: new Set(others.flatMap(({ permissions }) => namedIn(permissions))),
  };
}

function namedIn(permissions: readonly string[]): readonly string[] {
  return sorted(permissions).filter((permission) => permission !== EVERYTHING);
}
