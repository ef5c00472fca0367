import {
  AccountWithIdNotFoundError,
  type AccountLookup,
  type PersonalDataProvider,
} from '@org/account';
import { RecentReads, type AuditTrail, type Clock, type OperationContext } from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import {
  BuiltInRoleError,
  LastAdminError,
  PermissionDeniedError,
  PermissionNotHeldError,
  RoleGrantedError,
  RoleLimitReachedError,
  RoleNotFoundError,
  RoleNotGrantedError,
} from './errors.ts';
import type { ModuleDependencies } from './internal/module-dependencies.ts';
import {
  ADMIN,
  ALL_PERMISSIONS,
  allows,
  assertHeld,
  differenceOf,
  EVERYTHING,
  isBuiltIn,
  NO_PERMISSIONS,
  sorted,
  type HeldPermissions,
} from './internal/permission-policy.ts';
import * as given from './internal/role-parameters-policy.ts';
import { RoleReader } from './internal/role-reader.ts';
import { RoleWriter } from './internal/role-writer.ts';
import type {
  CreateRoleParams,
  ListRoleGrantsParams,
  PermissionParams,
  PermissionsByAccountIdParams,
  Role,
  RoleGrantPage,
  RoleGrantParams,
  RoleParams,
  UpdateRoleParams,
} from './types.ts';

const MAXIMUM_ROLES = 200;

export interface RoleServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  /** Tells which accounts are active. */
  readonly accounts: Pick<AccountLookup, 'getAccountById'>;
  /** What roles may allow: the permissions of all modules' manifests. */
  readonly permissions: readonly string[];
  /** Default: the database's clock. */
  readonly clock?: Clock;
}

/** A change of roles: who makes it, in its transaction. */
interface Change {
  readonly held: HeldPermissions;
  readonly transaction: OperationContext;
}

/**
 * Roles, which accounts have them, and what they allow. An account acts only within what it has: it
 * gives, takes and defines no permission that its own roles do not allow. Workers may do everything.
 * Changes of roles are made one after the other.
 *
 * @example
 * const roles = RoleService.create({ database, audit, accounts, permissions: ['invoices.read'] });
 * await roles.initialize();
 * await roles.grantRole({ accountId, role: 'support' }, context);
 * await roles.assertPermission({ accountId, permission: 'invoices.read' }, context);
 */
export class RoleService {
  /** Sorted: what roles may allow. */
  readonly permissions: readonly string[];
  readonly #dependencies: ModuleDependencies;
  readonly #reader: RoleReader;
  readonly #writer: RoleWriter;
  /** What accounts may do, by their ids. What was taken elsewhere is refused half a second later. */
  readonly #recent: RecentReads<HeldPermissions>;

  private constructor(dependencies: RoleServiceDependencies) {
    const { database, audit, accounts, permissions, clock = database.clock } = dependencies;
    this.permissions = sorted(permissions);
    this.#dependencies = { database, audit, accounts, clock };
    this.#reader = new RoleReader(this.#dependencies);
    this.#writer = new RoleWriter(this.#dependencies);
    this.#recent = new RecentReads(clock);
  }

  static create(dependencies: RoleServiceDependencies): RoleService {
    return new RoleService(dependencies);
  }

  /**
   * Creates this module's collections and indexes, and the role `support` if there is none; call it
   * before the first use.
   */
  async initialize(): Promise<readonly CollectionReport[]> {
    return this.#writer.initialize();
  }

  /** All roles: `admin`, then the others by name. */
  async listRoles(context: OperationContext): Promise<readonly Role[]> {
    return this.#reader.findRoles(context);
  }

  /**
   * @throws RoleBadRequestError if the name is invalid or a permission is unknown
   * @throws PermissionNotHeldError if whoever asks has not all of the permissions
   * @throws RoleExistsError
   * @throws RoleLimitReachedError if there are as many as there may be
   */
  async createRole(params: CreateRoleParams, context: OperationContext): Promise<Role> {
    const { name, permissions } = given.checkRole(params);
    given.assertRoleName(name);
    given.assertDeclared(permissions, this.permissions);
    assertNotAdmin(name, 'changed');
    return this.#change(name, context, async ({ held, transaction }) => {
      assertHeld(held, permissions);
      if ((await this.#reader.countRoles(transaction)) >= MAXIMUM_ROLES) {
        throw new RoleLimitReachedError(MAXIMUM_ROLES);
      }
      return this.#writer.createRole({ name, permissions }, transaction);
    });
  }

  /**
   * Sets what a role allows, also if it is stored malformed or twice; everybody who has it is allowed
   * that within a second. What it allows already may be a permission that no module declares any
   * longer.
   *
   * @throws RoleBadRequestError if an added permission is unknown
   * @throws RoleNotFoundError
   * @throws BuiltInRoleError if it is `admin`
   * @throws PermissionNotHeldError if whoever asks has not all that is added or taken away
   */
  async updateRole(params: UpdateRoleParams, context: OperationContext): Promise<Role> {
    const { name, permissions } = given.checkRole(params);
    assertNotAdmin(name, 'changed');
    return this.#change(name, context, async ({ held, transaction }) => {
      const role = await this.#reader.findRoleByName(name, transaction);
      const isMissing = role === undefined && !(await this.#reader.hasRole(name, transaction));
      if (isMissing && !isBuiltIn(name)) {
        throw new RoleNotFoundError(name);
      }
      const changed = differenceOf(role?.permissions ?? [], permissions);
      const added = changed.filter((permission) => permissions.includes(permission));
      given.assertDeclared(added, this.permissions);
      assertHeld(held, changed);
      return this.#writer.setPermissions({ name, permissions }, transaction);
    });
  }

  /**
   * @throws RoleNotFoundError
   * @throws BuiltInRoleError if it is `admin` or `support`
   * @throws RoleGrantedError if an account has it, also a deleted one
   * @throws PermissionNotHeldError if whoever asks has not all that it allows
   */
  async removeRole(params: RoleParams, context: OperationContext): Promise<void> {
    const { name } = given.checkRoleName(params);
    if (isBuiltIn(name)) {
      throw new BuiltInRoleError(name, 'removed');
    }
    await this.#change(name, context, async ({ held, transaction }) => {
      const role = await this.#reader.findRoleByName(name, transaction);
      assertHeld(held, role?.permissions ?? []);
      if (await this.#reader.isGranted(name, transaction)) {
        throw new RoleGrantedError(name);
      }
      if (!(await this.#writer.removeRole(name, transaction))) {
        throw new RoleNotFoundError(name);
      }
    });
  }

  /**
   * Gives an account a role, besides those that it has. Does nothing if it has it.
   *
   * @throws RoleNotFoundError
   * @throws PermissionNotHeldError if whoever asks has not all that the role allows
   * @throws AccountWithIdNotFoundError if there is no active account with this id
   */
  async grantRole(params: RoleGrantParams, context: OperationContext): Promise<void> {
    const { accountId, role: name } = given.checkGrant(params);
    await this.#change(name, context, async ({ held, transaction }) => {
      const role = await this.#reader.findRoleByName(name, transaction);
      if (role === undefined) {
        throw new RoleNotFoundError(name);
      }
      assertHeld(held, role.permissions);
      await this.#writer.lockAccount(accountId, transaction);
      await this.#dependencies.accounts.getAccountById({ id: accountId }, transaction);
      const { roles } = await this.#reader.findHeldPermissions(accountId, transaction);
      if (!roles.includes(name)) {
        await this.#writer.setRoles(accountId, [...roles, name], transaction);
      }
    });
  }

  /**
   * Takes a role from an account, also from a deleted or disabled one. It allows nothing more at
   * once in this process, and within a second in all others.
   *
   * @throws RoleNotFoundError
   * @throws RoleNotGrantedError if the account does not have the role
   * @throws PermissionNotHeldError if whoever asks has not all that the role allows
   * @throws LastAdminError if nobody else with an active account is an admin
   */
  async revokeRole(params: RoleGrantParams, context: OperationContext): Promise<void> {
    const { accountId, role: name } = given.checkGrant(params);
    await this.#change(name, context, async ({ held, transaction }) => {
      const role = await this.#reader.findRoleByName(name, transaction);
      assertHeld(held, role?.permissions ?? []);
      const { roles } = await this.#reader.findHeldPermissions(accountId, transaction);
      if (!roles.includes(name)) {
        throw role === undefined
          ? new RoleNotFoundError(name)
          : new RoleNotGrantedError(accountId, name);
      }
      if (name === ADMIN && (await this.#isActive(accountId, transaction))) {
        await this.#assertOtherAdmin(accountId, transaction);
      }
      const kept = roles.filter((other) => other !== name);
      await this.#writer.setRoles(accountId, kept, transaction);
    });
  }

  /**
   * Accounts and their roles, newest first.
   *
   * @throws RoleBadRequestError if the cursor is not from an earlier page
   */
  async listGrants(
    params: ListRoleGrantsParams,
    context: OperationContext,
  ): Promise<RoleGrantPage> {
    return this.#reader.findGrants(given.checkGrantPage(params), context);
  }

  /** Names, sorted; as they are stored now. */
  async findRolesByAccountId(
    params: PermissionsByAccountIdParams,
    context: OperationContext,
  ): Promise<readonly string[]> {
    const { accountId } = given.checkAccountId(params);
    return (await this.#reader.findHeldPermissions(accountId, context)).roles;
  }

  /** What an account's roles allow, sorted: as it was stored at most half a second ago. */
  async findPermissionsByAccountId(
    params: PermissionsByAccountIdParams,
    context: OperationContext,
  ): Promise<readonly string[]> {
    const { accountId } = given.checkAccountId(params);
    const held = await this.#findRecently(accountId, context);
    return this.permissions.filter((permission) => allows(held, permission));
  }

  /**
   * Takes at most one round trip, and none within half a second after another.
   *
   * @throws PermissionDeniedError unless a role of the account allows it, as it was stored at most
   *   half a second ago
   */
  async assertPermission(params: PermissionParams, context: OperationContext): Promise<void> {
    const { accountId, permission } = given.checkPermission(params);
    if (!allows(await this.#findRecently(accountId, context), permission)) {
      throw new PermissionDeniedError(permission);
    }
  }

  /**
   * For the `contactRequestPolicy` of AccountService, in the transaction of what it decides on.
   *
   * @returns whether the account is active, and a role of it allows this
   */
  async isAllowed(params: PermissionParams, transaction: OperationContext): Promise<boolean> {
    const { accountId, permission } = given.checkPermission(params);
    const held = await this.#reader.findHeldPermissions(accountId, transaction);
    return allows(held, permission) && (await this.#isActive(accountId, transaction));
  }

  /**
   * For whoever acts on an account that may be somebody else's: who may do less must not get into one
   * that may do more.
   *
   * @throws PermissionNotHeldError if the account's roles allow what those of whoever acts do not
   */
  async assertHoldsAllOf(
    params: PermissionsByAccountIdParams,
    context: OperationContext,
  ): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    const held = await this.#findActors(context);
    const { isAdmin, permissions } = await this.#reader.findHeldPermissions(accountId, context);
    const missing = [...(isAdmin ? [EVERYTHING] : []), ...permissions].find(
      (permission) => !allows(held, permission),
    );
    if (missing !== undefined) {
      const message = `This account is allowed ${missing}, and you are not.`;
      throw new PermissionNotHeldError(missing, message);
    }
  }

  /**
   * For AccountService, in the transaction that deletes or disables an account.
   *
   * @throws LastAdminError if nobody else with an active account is an admin
   */
  async assertAdminRemains(
    params: PermissionsByAccountIdParams,
    transaction: OperationContext,
  ): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    await this.#writer.lockAccount(accountId, transaction);
    const { isAdmin } = await this.#reader.findHeldPermissions(accountId, transaction);
    if (isAdmin) {
      await this.#writer.takeTurn(transaction);
      await this.#assertOtherAdmin(accountId, transaction);
    }
  }

  /** For AccountService: which roles an account has. They return with an account that is restored. */
  get personalDataProvider(): Required<PersonalDataProvider> {
    return {
      name: 'role_grants',
      exportDataByAccountId: ({ accountId }, context) =>
        this.#reader.findGrantsByAccountId(accountId, context),
      deleteDataByAccountId: ({ accountId }, erasure, context) =>
        this.#writer.eraseGrantsByAccountId(accountId, erasure, context),
    };
  }

  /** @param role what it is about, for the record of a denial */
  async #change<Result>(
    role: string,
    context: OperationContext,
    work: (change: Change) => Promise<Result>,
  ): Promise<Result> {
    const { database } = this.#dependencies;
    try {
      return await database.withTransaction(context, async (transaction) => {
        await this.#writer.takeTurn(transaction);
        return work({ held: await this.#findActors(transaction), transaction });
      });
    } catch (error) {
      if (error instanceof PermissionNotHeldError) {
        await this.#recordDenial(role, context);
      }
      throw error;
    } finally {
      this.#recent.forgetAll(context);
    }
  }

  async #recordDenial(role: string, context: OperationContext): Promise<void> {
    const action = 'authz_fail';
    await this.#dependencies.audit.recordFromSource(
      { resourceType: 'roles', resourceId: role, action, outcome: 'denied' },
      context.sourceAddress ?? '',
      context,
    );
  }

  /** What whoever acts may do, in the transaction: nothing known from before counts. */
  async #findActors(transaction: OperationContext): Promise<HeldPermissions> {
    const { actor } = transaction;
    if (actor.type === 'account') {
      return this.#reader.findHeldPermissions(actor.id, transaction);
    }
    return actor.type === 'anonymous' ? NO_PERMISSIONS : ALL_PERMISSIONS;
  }

  #findRecently(accountId: string, context: OperationContext): Promise<HeldPermissions> {
    return this.#recent.getOrRead(accountId, () =>
      this.#reader.findHeldPermissions(accountId, context.withoutTransaction()),
    );
  }

  async #assertOtherAdmin(accountId: string, transaction: OperationContext): Promise<void> {
    for (const id of await this.#reader.findOtherAdminIds(accountId, transaction)) {
      if (await this.#isActive(id, transaction)) {
        return;
      }
    }
    throw new LastAdminError();
  }

  async #isActive(accountId: string, context: OperationContext): Promise<boolean> {
    try {
      await this.#dependencies.accounts.getAccountById({ id: accountId }, context);
      return true;
    } catch (error) {
      if (error instanceof AccountWithIdNotFoundError) {
        return false;
      }
      throw error;
    }
  }
}

function assertNotAdmin(name: string, change: 'changed'): void {
  if (name === ADMIN) {
    throw new BuiltInRoleError(name, change);
  }
}
