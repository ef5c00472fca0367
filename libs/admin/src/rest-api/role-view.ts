import { toRecordedName, type OperationContext } from '@org/core';
import { operationContextOf, type RouteHandler, type RouteHandlers } from '@org/core/rest-api';

import type { AdminService } from '../admin-service.ts';
import type { AdminChange, AdminModules } from '../types.ts';
import { changeBy, operationOn, toListBody, toPage } from './admin-view.ts';
import type { roleRoutes } from './role-router.ts';

type Routes = typeof roleRoutes;
type Roles = AdminModules['roles'];
type Role = Awaited<ReturnType<Roles['createRole']>>;

export class RoleView implements RouteHandlers<Routes> {
  readonly #admin: AdminService;
  readonly #roles: Roles;

  constructor(admin: AdminService, roles: Roles) {
    this.#admin = admin;
    this.#roles = roles;
  }

  getMe: RouteHandler<Routes['getMe']> = async (request) => {
    const { accountId, roles, permissions } = await this.#admin.getOperator(
      operationContextOf(request),
    );
    return { account_id: accountId, roles: [...roles], permissions: [...permissions] };
  };

  listPermissions: RouteHandler<Routes['listPermissions']> = async () => {
    const items = this.#roles.permissions;
    return toListBody({ items, nextCursor: null }, (name) => ({ name }));
  };

  listRoles: RouteHandler<Routes['listRoles']> = async (request) => {
    const items = await this.#roles.listRoles(operationContextOf(request));
    return toListBody({ items, nextCursor: null }, toBody);
  };

  createRole: RouteHandler<Routes['createRole']> = async (request) => {
    const { name, permissions } = request.body;
    const operation = changeOf('create', name, { permissions });
    const created = await changeBy(request, this.#admin, operation, (context) =>
      this.#roles.createRole({ name, permissions }, context),
    );
    return toBody(created);
  };

  updateRole: RouteHandler<Routes['updateRole']> = async (request) => {
    const { name } = request.params;
    const { permissions } = request.body;
    const operation = changeOf('update', name, { permissions });
    const updated = await changeBy(request, this.#admin, operation, (context) =>
      this.#roles.updateRole({ name, permissions }, context),
    );
    return toBody(updated);
  };

  removeRole: RouteHandler<Routes['removeRole']> = async (request) => {
    const { name } = request.params;
    await changeBy(request, this.#admin, changeOf('remove', name), (context) =>
      this.#roles.removeRole({ name }, context),
    );
  };

  listRoleGrants: RouteHandler<Routes['listRoleGrants']> = async (request) => {
    const { role } = request.query;
    const asked = { ...toPage(request.query), role };
    const page = await this.#roles.listGrants(asked, operationContextOf(request));
    return toListBody(page, ({ accountId, roles, createdAt, updatedAt }) => ({
      account_id: accountId,
      roles: [...roles],
      created_at: createdAt.toISOString(),
      updated_at: updatedAt.toISOString(),
    }));
  };

  grantRole: RouteHandler<Routes['grantRole']> = async (request) => {
    const { accountId, role, operation } = grantOf(request, 'grant');
    return changeBy(request, this.#admin, operation, async (context) => {
      await this.#roles.grantRole({ accountId, role }, context);
      return this.#toGrantBody(accountId, context);
    });
  };

  revokeRole: RouteHandler<Routes['revokeRole']> = async (request) => {
    const { accountId, role, operation } = grantOf(request, 'revoke');
    return changeBy(request, this.#admin, operation, async (context) => {
      await this.#roles.revokeRole({ accountId, role }, context);
      return this.#toGrantBody(accountId, context);
    });
  };

  async #toGrantBody(accountId: string, context: OperationContext) {
    const roles = await this.#roles.findRolesByAccountId({ accountId }, context);
    return { account_id: accountId, roles: [...roles] };
  }
}

function changeOf(
  what: string,
  name: string,
  parameters: object = {},
): Omit<AdminChange, 'reason'> {
  return {
    name: `roles.${what}`,
    resourceType: 'roles',
    parameters: { name: toRecordedName(name), ...parameters },
  };
}

function grantOf(
  request: {
    readonly params: { readonly account_id: string };
    readonly body: { readonly role: string };
  },
  what: string,
) {
  const { role } = request.body;
  const account = { type: 'accounts', id: request.params.account_id };
  const parameters = { role: toRecordedName(role) };
  const { resourceId: accountId, operation } = operationOn(account, `roles.${what}`, parameters);
  return { accountId, role, operation };
}

function toBody({ name, permissions, isBuiltIn }: Role) {
  return { name, permissions: [...permissions], is_built_in: isBuiltIn };
}
