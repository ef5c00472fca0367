import { OperationContext, type Erasure } from '@org/core';
import { DuplicateKeyError, type CollectionReport } from '@org/core/store';

import { RoleExistsError } from '../errors.ts';
import type { CreateRoleParams, Role, RoleGrant, UpdateRoleParams } from '../types.ts';
import type { ModuleDependencies } from './module-dependencies.ts';
import { sorted, SUPPORT, SUPPORT_PERMISSIONS } from './permission-policy.ts';
import { convertGrantToRoleGrant, convertRoleBsonToRole } from './role-util.ts';
import { RoleGrantModel } from './store/role-grant-model.ts';
import { RoleGrantRepository } from './store/role-grant-repository.ts';
import { RoleGuardRepository } from './store/role-guard-repository.ts';
import { RoleRepository } from './store/role-repository.ts';

const initialization = OperationContext.create({
  actor: { type: 'worker', id: 'authorization' },
  requestId: 'initialize',
});

export class RoleWriter {
  readonly #roles: RoleRepository;
  readonly #grants: RoleGrantRepository;
  readonly #guard: RoleGuardRepository;

  constructor(dependencies: ModuleDependencies) {
    this.#roles = new RoleRepository(dependencies);
    this.#grants = new RoleGrantRepository(dependencies);
    this.#guard = new RoleGuardRepository(dependencies);
  }

  async initialize(): Promise<readonly CollectionReport[]> {
    const reports = await Promise.all([
      this.#roles.onInitCollection(),
      this.#grants.onInitCollection(),
      this.#guard.onInitCollection(),
    ]);
    await this.#storeSupport();
    return reports;
  }

  /** What operators have made of it since is kept, and so is what another program left malformed. */
  async #storeSupport(): Promise<void> {
    if ((await this.#roles.count({ name: SUPPORT }, initialization, { limit: 1 })) > 0) {
      return;
    }
    try {
      const support = { name: SUPPORT, permissions: SUPPORT_PERMISSIONS };
      await this.#roles.insertOne(support, initialization);
    } catch (error) {
      // Another process has just stored it.
      if (!(error instanceof DuplicateKeyError)) {
        throw error;
      }
    }
  }

  /** Keeps all other changes of roles and grants from being committed beside this transaction. */
  async takeTurn(transaction: OperationContext): Promise<void> {
    await this.#guard.takeTurn(transaction);
  }

  /** Keeps the account from ending, or from being given a role, beside this transaction. */
  async lockAccount(accountId: string, transaction: OperationContext): Promise<void> {
    await this.#guard.lockAccount(accountId, transaction);
  }

  /** @throws RoleExistsError if a role has the name, also a malformed one */
  async createRole(
    { name, permissions }: CreateRoleParams,
    transaction: OperationContext,
  ): Promise<Role> {
    if ((await this.#roles.count({ name }, transaction, { limit: 1 })) > 0) {
      throw new RoleExistsError(name);
    }
    const role = { name, permissions: sorted(permissions) };
    return convertRoleBsonToRole(await this.#roles.insertOne(role, transaction));
  }

  /** Sets what a role allows, also in place of something malformed, and of others of its name. */
  async setPermissions(
    { name, permissions }: UpdateRoleParams,
    transaction: OperationContext,
  ): Promise<Role> {
    const changed = { $set: { permissions: sorted(permissions) } };
    const stored = await this.#roles.upsertOne({ name }, changed, transaction);
    await this.#roles.deleteMany({ name, _id: { $ne: stored._id } }, transaction);
    return convertRoleBsonToRole(stored);
  }

  /** @returns whether there was such a role */
  async removeRole(name: string, transaction: OperationContext): Promise<boolean> {
    return (await this.#roles.deleteMany({ name }, transaction)) > 0;
  }

  /** Sets which roles an account has, also in place of something malformed, and of other grants. */
  async setRoles(
    accountId: string,
    roles: readonly string[],
    transaction: OperationContext,
  ): Promise<RoleGrant> {
    const changed = { $set: { roles: sorted(roles) } };
    const stored = await this.#grants.upsertOne({ account_id: accountId }, changed, transaction);
    const others = { account_id: accountId, _id: { $ne: stored._id } };
    await this.#grants.deleteMany(others, transaction);
    return convertGrantToRoleGrant(RoleGrantModel.fromBson(stored));
  }

  async eraseGrantsByAccountId(
    accountId: string,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#grants.eraseOwned(accountId, erasure, context);
  }
}
