import { clampPageSize, type OperationContext } from '@org/core';
import { representationsOf } from '@org/core/store';

import { RoleBadRequestError } from '../errors.ts';
import type { ListRoleGrantsParams, Role, RoleGrantPage } from '../types.ts';
import type { ModuleDependencies } from './module-dependencies.ts';
import { ADMIN, type HeldPermissions } from './permission-policy.ts';
import {
  adminRole,
  convertGrantBsonToJson,
  convertGrantToRoleGrant,
  convertRoleBsonsToRoles,
  toHeldPermissions,
} from './role-util.ts';
import { RoleGrantRepository } from './store/role-grant-repository.ts';
import { RoleRepository } from './store/role-repository.ts';

const DEFAULT_PAGE_SIZE = 100;
const MAXIMUM_PAGE_SIZE = 1_000;

export class RoleReader {
  readonly #roles: RoleRepository;
  readonly #grants: RoleGrantRepository;

  constructor(dependencies: ModuleDependencies) {
    this.#roles = new RoleRepository(dependencies);
    this.#grants = new RoleGrantRepository(dependencies);
  }

  /** By name. */
  async findRoles(context: OperationContext): Promise<readonly Role[]> {
    const stored = await this.#roles.find({ name: { $ne: ADMIN } }, context, { sort: { name: 1 } });
    return [adminRole, ...convertRoleBsonsToRoles(stored)];
  }

  async findRoleByName(name: string, context: OperationContext): Promise<Role | undefined> {
    if (name === ADMIN) {
      return adminRole;
    }
    return convertRoleBsonsToRoles(await this.#roles.find({ name }, context))[0];
  }

  /** Whether a role has the name, also a malformed one. */
  async hasRole(name: string, context: OperationContext): Promise<boolean> {
    return (await this.#roles.count({ name }, context, { limit: 1 })) > 0;
  }

  async countRoles(context: OperationContext): Promise<number> {
    return this.#roles.count({}, context);
  }

  /** In one round trip. */
  async findHeldPermissions(
    accountId: string,
    context: OperationContext,
  ): Promise<HeldPermissions> {
    const { names, roles } = await this.#grants.findWithRoles(accountId, context);
    return toHeldPermissions(names, roles);
  }

  /**
   * Newest first.
   *
   * @throws RoleBadRequestError if the cursor is not from an earlier page
   */
  async findGrants(
    { limit = DEFAULT_PAGE_SIZE, role, cursor }: ListRoleGrantsParams,
    context: OperationContext,
  ): Promise<RoleGrantPage> {
    const size = clampPageSize(limit, MAXIMUM_PAGE_SIZE);
    const page = await this.#grants.findNewest({ role, limit: size, cursor }, context);
    if (page === undefined) {
      const message = 'cursor must be one that an earlier page gave';
      throw new RoleBadRequestError(message, [{ path: '/cursor', message }]);
    }
    return { items: page.items.map(convertGrantToRoleGrant), nextCursor: page.nextCursor };
  }

  async isGranted(role: string, context: OperationContext): Promise<boolean> {
    return (await this.#grants.count({ roles: role }, context, { limit: 1 })) > 0;
  }

  /** Of whoever has the role `admin`, except this account. */
  async findOtherAdminIds(
    accountId: string,
    context: OperationContext,
  ): Promise<readonly string[]> {
    const filter = { roles: ADMIN, account_id: { $ne: accountId } };
    const found = await this.#grants.find(filter, context);
    return found.map(({ account_id: id }) => id);
  }

  async *findGrantsByAccountId(
    accountId: string,
    context: OperationContext,
  ): AsyncGenerator<readonly object[], void, undefined> {
    const filter = { account_id: { $in: [...representationsOf(accountId)] as string[] } };
    for await (const page of this.#grants.findInPages(filter, context)) {
      yield page.map(convertGrantBsonToJson);
    }
  }
}
