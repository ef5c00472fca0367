import type { Role, RoleGrant } from '../types.ts';
import { ADMIN, EVERYTHING, isBuiltIn, sorted, type HeldPermissions } from './permission-policy.ts';
import { RoleGrantModel } from './store/role-grant-model.ts';
import { RoleModel } from './store/role-model.ts';

/** It is in no collection: it must not depend on what is stored. */
export const adminRole: Role = { name: ADMIN, permissions: [EVERYTHING], isBuiltIn: true };

export function convertRoleBsonToRole(bson: object): Role {
  return toRole([RoleModel.fromBson(bson)]);
}

/** In their order; those of one name are one role, which allows what any of them does. */
export function convertRoleBsonsToRoles(bsons: readonly object[]): readonly Role[] {
  const stored = bsons.map((bson) => RoleModel.fromBson(bson));
  const names = new Set(stored.map(({ name }) => name));
  return [...names].map((name) => toRole(stored.filter((each) => each.name === name)));
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

function toRole(stored: readonly RoleModel[]): Role {
  const name = stored[0]?.name ?? '';
  const permissions = namedIn(stored.flatMap((each) => each.permissions));
  return { name, permissions, isBuiltIn: isBuiltIn(name) };
}

function namedIn(permissions: readonly string[]): readonly string[] {
  return sorted(permissions).filter((permission) => permission !== EVERYTHING);
}
