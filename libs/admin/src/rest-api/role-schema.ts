import * as Type from 'typebox';

import { changeBody, DateTime, listOf, page } from './admin-schema.ts';

const Role = Type.Object({
  name: Type.String(),
  permissions: Type.Array(Type.String(), { description: 'Sorted; `*` is every permission' }),
  is_built_in: Type.Boolean(),
});

export const MeReply = Type.Object({
  account_id: Type.String(),
  roles: Type.Array(Type.String()),
  permissions: Type.Array(Type.String()),
});
export const RoleReply = Role;
export const RoleListReply = listOf(Role);
export const PermissionListReply = listOf(Type.Object({ name: Type.String() }));
export const RolePath = Type.Object({ name: Type.String() });

export const GrantListQuery = Type.Object({ ...page, role: Type.Optional(Type.String()) });
const grant = { account_id: Type.String(), roles: Type.Array(Type.String()) };
export const GrantReply = Type.Object(grant);
export const GrantListReply = listOf(
  Type.Object({ ...grant, created_at: DateTime, updated_at: DateTime }),
);

const newName = Type.String({
  description: 'Letters a to z, digits and `-`, beginning with a letter; at most 64 characters',
});
const permissions = Type.Array(Type.String());
const example = { permissions: ['accounts.read', 'deliveries.read'] };

export const newRoleBody = changeBody(
  { name: newName, permissions },
  { name: 'first-line', ...example },
);
export const changedRoleBody = changeBody({ permissions }, example);
export const grantBody = changeBody({ role: Type.String() }, { role: 'support' });
