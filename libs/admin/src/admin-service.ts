import type { AccountDeletionService } from '@org/account';
import { PermissionDeniedError, type RoleService } from '@org/authorization';
import {
  AppError,
  toRecordedId,
  type AuditOutcome,
  type AuditTrail,
  type OperationContext,
  type TransactionRunner,
} from '@org/core';
import type { JobService } from '@org/jobs';

import * as given from './internal/admin-parameters.ts';
import { AccountRestorableError } from './errors.ts';
import type {
  AdminChange,
  AdminOperation,
  EraseAccountParams,
  Operator,
  QueuedErasure,
} from './types.ts';

export { refusals } from './internal/refusals.ts';

export interface AdminServiceDependencies {
  readonly audit: AuditTrail;
  readonly transactions: TransactionRunner;
  readonly accountDeletion: Pick<AccountDeletionService, 'getDeletedAccount'>;
  readonly jobs: Pick<JobService, 'dispatchByHand'>;
  readonly roles: Pick<
    RoleService,
    'assertHoldsAllOf' | 'findPermissionsByAccountId' | 'findRolesByAccountId'
  >;
}

type Work<Result> = (context: OperationContext) => Promise<Result>;

const FORBIDDEN = 403;

/**
 * Does and records what operators ask for. A record says who (the context's actor) did what to which
 * resource, why, and how it ended: `authz_admin` in the OWASP logging vocabulary.
 */
export class AdminService {
  readonly #dependencies: AdminServiceDependencies;

  private constructor(dependencies: AdminServiceDependencies) {
    this.#dependencies = dependencies;
  }

  static create(dependencies: AdminServiceDependencies): AdminService {
    return new AdminService(dependencies);
  }

  /**
   * What the account that asks may do.
   *
   * @throws PermissionDeniedError if that is nothing
   */
  async getOperator(context: OperationContext): Promise<Operator> {
    const { id: accountId } = context.actor;
    const { roles } = this.#dependencies;
    const of = { accountId: accountId ?? '' };
    const permissions = await roles.findPermissionsByAccountId(of, context);
    if (permissions.length === 0) {
      const denied = { action: 'authz_fail', outcome: 'denied' } as const;
      await this.#dependencies.audit.recordFromSource(
        { resourceType: 'permissions', resourceId: '', ...denied },
        context.sourceAddress ?? '',
        context,
      );
      throw new PermissionDeniedError();
    }
    return { ...of, roles: await roles.findRolesByAccountId(of, context), permissions };
  }

  /**
   * Has a worker erase a deleted account, in a change of its own.
   *
   * @throws AdminBadRequestError as {@link change}
   * @throws AccountRestorableError if it can still be restored, and its erasure is not forced
   * @throws AccountWithIdNotFoundError if there is no account with this id
   * @throws AccountStateError if it is not deleted
   */
  async eraseAccount(
    params: EraseAccountParams,
    context: OperationContext,
  ): Promise<QueuedErasure> {
    const { accountId, isForced, reason } = given.checkErasure(params);
    const resource = { resourceType: 'accounts', resourceId: accountId };
    const operation = {
      name: 'accounts.erase',
      ...resource,
      parameters: { now: isForced },
      reason,
    };
    return this.change(operation, context, async (transaction) => {
      const { accountDeletion, jobs } = this.#dependencies;
      const { deletedAt, isRestorable, restorableUntil } = await accountDeletion.getDeletedAccount(
        { accountId },
        transaction,
      );
      if (isRestorable && !isForced) {
        throw new AccountRestorableError(accountId, restorableUntil.toISOString());
      }
      const payload = { accountId, deletedAt: deletedAt.toISOString() };
      return jobs.dispatchByHand({ name: 'account.erase', payload }, transaction);
    });
  }

  /**
   * Changes something, and records it in the same transaction; a failure is recorded by itself.
   *
   * @param work is called again after a conflict, unless it is stepwise
   * @throws AdminBadRequestError if there is no reason, or it is too long
   * @throws PermissionNotHeldError if it is about an account that may do what whoever acts may not
   * @throws whatever `work` throws
   */
  async change<Result>(
    operation: AdminChange,
    context: OperationContext,
    work: Work<Result>,
  ): Promise<Result> {
    given.checkChange({ operation, work });
    given.checkReason(operation.reason);
    const { isStepwise = false, resourceType, resourceId = '' } = operation;
    // Of what is no id there is no account, which the work says.
    const accountId = resourceType === 'accounts' ? toRecordedId(resourceId) : '';
    const workOn: Work<Result> = async (begun) => {
      if (accountId !== '') {
        await this.assertMayChange({ accountId }, begun);
      }
      return work(begun);
    };
    return this.#recordFailure(operation, context, async () =>
      isStepwise
        ? this.#doStepwise(operation, context, workOn)
        : this.#dependencies.transactions.withTransaction(context, (transaction) =>
            this.#doAndRecord(operation, transaction, workOn),
          ),
    );
  }

  /**
   * For changes of an account that their resource does not name; in the change's transaction.
   *
   * @throws PermissionNotHeldError if the account may do what whoever acts may not
   */
  async assertMayChange(
    params: { readonly accountId: string },
    context: OperationContext,
  ): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    await this.#dependencies.roles.assertHoldsAllOf({ accountId }, context);
  }

  /**
   * Reads something about people, and records that before it is answered.
   *
   * @throws whatever `work` throws
   */
  async read<Result>(
    operation: AdminOperation,
    context: OperationContext,
    work: Work<Result>,
  ): Promise<Result> {
    given.checkRead({ operation, work });
    return this.#recordFailure(operation, context, () =>
      this.#doAndRecord(operation, context, work),
    );
  }

  async #doAndRecord<Result>(
    operation: AdminOperation,
    context: OperationContext,
    work: Work<Result>,
  ): Promise<Result> {
    const result = await work(context);
    await this.#record(operation, 'success', context);
    return result;
  }

  /** What the context does before a commit belongs to the last one, of the record: all is done then. */
  async #doStepwise<Result>(
    operation: AdminOperation,
    context: OperationContext,
    work: Work<Result>,
  ): Promise<Result> {
    const result = await work(context.withoutTransaction());
    await this.#dependencies.transactions.withTransaction(context, (transaction) =>
      this.#record(operation, 'success', transaction),
    );
    return result;
  }

  async #recordFailure<Result>(
    operation: AdminOperation,
    context: OperationContext,
    work: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const isDenied = error instanceof AppError && error.httpStatus === FORBIDDEN;
      // The original failure matters more than failing to record it.
      await this.#record(operation, isDenied ? 'denied' : 'failure', context).catch(
        () => undefined,
      );
      throw error;
    }
  }

  async #record(
    operation: AdminOperation & Partial<Pick<AdminChange, 'reason'>>,
    outcome: AuditOutcome,
    context: OperationContext,
  ): Promise<void> {
    const { name, resourceType, resourceId = '', parameters = {}, reason } = operation;
    const said = {
      operation: name,
      parameters: given.withoutUndefined(parameters),
      ...(reason === undefined ? {} : { reason }),
    };
    const changes = Object.fromEntries(
      Object.entries(said).map(([field, value]) => [field, { old: null, new: value }]),
    );
    const resource = { resourceType, resourceId: toRecordedId(resourceId) };
    await this.#dependencies.audit.record(
      [{ ...resource, action: 'authz_admin', outcome, changes }],
      context,
    );
  }
}
