import { defineRoute } from '@org/core/rest-api';

import { AdminBadRequestError } from '../errors.ts';
import { refusals } from '../admin-service.ts';
import { changing, reading } from './admin-router.ts';
import { AccountPath, NothingReply, reasonBody } from './admin-schema.ts';
import {
  changedRoleBody,
  grantBody,
  GrantListQuery,
  GrantListReply,
  GrantReply,
  MeReply,
  newRoleBody,
  PermissionListReply,
  RoleListReply,
  RolePath,
  RoleReply,
} from './role-schema.ts';

const read = { ...reading, permission: 'roles.read' } as const;
const change = { ...changing, permission: 'roles.manage' } as const;

/** Who may do what. */
export const roleRoutes = {
  getMe: defineRoute({
    ...reading,
    path: '/admin/me',
    operationId: 'getOperator',
    summary: 'Read what one may do oneself; it needs any permission',
    reply: { status: 200, schema: MeReply },
    errors: refusals.me,
  }),
  listPermissions: defineRoute({
    ...read,
    path: '/admin/permissions',
    operationId: 'listPermissions',
    summary: 'List everything that roles may allow',
    reply: { status: 200, schema: PermissionListReply },
  }),
  listRoles: defineRoute({
    ...read,
    path: '/admin/roles',
    operationId: 'listRoles',
    summary: 'List all roles',
    reply: { status: 200, schema: RoleListReply },
  }),
  createRole: defineRoute({
    ...change,
    path: '/admin/roles',
    operationId: 'createRole',
    summary: 'Create a role; it allows nothing that one has not oneself',
    body: newRoleBody,
    reply: { status: 201, schema: RoleReply },
    errors: [AdminBadRequestError, ...refusals.newRole],
  }),
  updateRole: defineRoute({
    ...change,
    method: 'PATCH',
    path: '/admin/roles/:name',
    operationId: 'updateRole',
    summary: 'Replace what a role allows',
    params: RolePath,
    body: changedRoleBody,
    reply: { status: 200, schema: RoleReply },
    errors: [AdminBadRequestError, ...refusals.changedRole],
  }),
  removeRole: defineRoute({
    ...change,
    path: '/admin/roles/:name/remove',
    operationId: 'removeRole',
    summary: 'Remove a role that nobody has',
    params: RolePath,
    body: reasonBody,
    reply: { status: 204, schema: NothingReply },
    errors: [AdminBadRequestError, ...refusals.removedRole],
  }),
  listRoleGrants: defineRoute({
    ...read,
    path: '/admin/role-grants',
    operationId: 'listRoleGrants',
    summary: 'List accounts with roles, the newest first',
    query: GrantListQuery,
    reply: { status: 200, schema: GrantListReply },
    errors: [AdminBadRequestError, ...refusals.rolePage],
  }),
  grantRole: defineRoute({
    ...change,
    path: '/admin/accounts/:account_id/grant-role',
    operationId: 'grantRole',
    summary: 'Give an account a role',
    params: AccountPath,
    body: grantBody,
    reply: { status: 200, schema: GrantReply },
    errors: [AdminBadRequestError, ...refusals.grant],
  }),
  revokeRole: defineRoute({
    ...change,
    path: '/admin/accounts/:account_id/revoke-role',
    operationId: 'revokeRole',
    summary: 'Take a role from an account',
    params: AccountPath,
    body: grantBody,
    reply: { status: 200, schema: GrantReply },
    errors: [AdminBadRequestError, ...refusals.revocation],
  }),
};
