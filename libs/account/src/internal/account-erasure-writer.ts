import type { AuthenticationService } from '@org/authentication';
import type { AuditEvent, Clock, OperationContext, TransactionRunner } from '@org/core';

import type { AccountDataHolder } from '../account-data-holder.ts';
import type { AccountNotifier } from '../account-notifier.ts';
import { AccountWithIdNotFoundError } from '../errors.ts';
import type { PersonalAuditTrail } from '../personal-audit-trail.ts';
import type { AccountIdParams } from '../types.ts';
import { AccountUtil } from './account-util.ts';
import {
  AccountModel,
  type AccountDocument,
  type ErasableAccounts,
} from './store/account-model.ts';
import type { AccountRepository } from './store/account-repository.ts';

type Resource = Pick<AuditEvent, 'resourceType' | 'resourceId'>;

/** How many accounts are looked up at a time. */
const PAGE_SIZE = 100;

export interface AccountErasureWriterDependencies {
  readonly clock: Clock;
  readonly repository: AccountRepository;
  readonly transactions: TransactionRunner;
  readonly audit: PersonalAuditTrail;
  readonly authentication: AuthenticationService;
  readonly notification: AccountNotifier;
  readonly dataHolders: readonly AccountDataHolder[];
  readonly settings: {
    readonly restoreTimeToLiveMilliseconds: number;
    readonly unprovedTimeToLiveMilliseconds: number;
  };
}

/**
 * Erases what accounts leave behind. Touches only accounts that this module itself marked, by
 * `deleted_at` or by `phone_number_proved: false`; never one that an earlier backend left.
 */
export class AccountErasureWriter {
  readonly #dependencies: AccountErasureWriterDependencies;

  constructor(dependencies: AccountErasureWriterDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws AccountWithIdNotFoundError when there is no deleted account of this id */
  async eraseAccount({ accountId }: AccountIdParams, context: OperationContext): Promise<void> {
    const isErased = await this.#erase(accountId, { state: 'deleted' }, context);
    if (!isErased) {
      throw new AccountWithIdNotFoundError(accountId);
    }
  }

  /** Erases the accounts that can no longer be restored. */
  async eraseDeletedAccounts(signal: AbortSignal, context: OperationContext): Promise<void> {
    const { restoreTimeToLiveMilliseconds: age } = this.#dependencies.settings;
    await this.#eraseAll({ state: 'deleted', before: this.#ago(age) }, signal, context);
  }

  /** Erases the accounts whose owners never showed that they have the phone number. */
  async removeUnprovedAccounts(signal: AbortSignal, context: OperationContext): Promise<void> {
    const { unprovedTimeToLiveMilliseconds: age } = this.#dependencies.settings;
    await this.#eraseAll({ state: 'unproved', before: this.#ago(age) }, signal, context);
  }

  /** One account that cannot be erased does not keep the others of its page. */
  async #eraseAll(
    accounts: Required<ErasableAccounts>,
    signal: AbortSignal,
    context: OperationContext,
  ): Promise<void> {
    let ids: readonly string[];
    do {
      ids = await this.#dependencies.repository.findErasableIds(accounts, PAGE_SIZE, context);
      const failures: unknown[] = [];
      for (const accountId of ids) {
        signal.throwIfAborted();
        await this.#erase(accountId, accounts, context).catch((error: unknown) => {
          failures.push(error);
        });
      }
      if (failures.length > 0) {
        throw new AggregateError(failures, `${failures.length} accounts could not be erased.`);
      }
    } while (ids.length === PAGE_SIZE);
  }

  /**
   * First the account becomes a blank and everything else about it goes, in one transaction; then its
   * traces in the audit trail, of which there may be too many for one; then the blank. Interrupted, it
   * is done again from the start: a blank counts as deleted long ago.
   *
   * @returns whether there was such an account
   */
  async #erase(
    accountId: string,
    accounts: ErasableAccounts,
    context: OperationContext,
  ): Promise<boolean> {
    const { repository, transactions } = this.#dependencies;
    const erased = await transactions.withTransaction(context, async (transaction) => {
      const before = await repository.blankErasable(accountId, accounts, transaction);
      return before && this.#deleteDataOfModules(before, transaction);
    });
    if (erased !== undefined) {
      await this.#forgetInAuditTrail(accountId, erased, context);
      await repository.deleteBlank(accountId, context);
    }
    return erased !== undefined;
  }

  async #deleteDataOfModules(
    document: AccountDocument,
    transaction: OperationContext,
  ): Promise<readonly Resource[]> {
    const { authentication, notification, dataHolders } = this.#dependencies;
    const { accountId, phoneNumber } = AccountUtil.convertAccountBsonToOwner(document);
    await authentication.deleteAuthenticationDataByAccountId(
      { accountId, phoneNumber },
      transaction,
    );
    await notification.deleteNotificationDataByAccountId({ accountId }, transaction);
    const erased: Resource[] = [
      { resourceType: AccountModel.getCollectionName(), resourceId: accountId },
    ];
    for (const holder of dataHolders) {
      erased.push(...(await holder.deleteDataByAccountId({ accountId }, transaction)));
    }
    return erased;
  }

  /** What it did tells which resources were its own; a denied try at somebody else's does not. */
  async #forgetInAuditTrail(
    actorId: string,
    erased: readonly Resource[],
    context: OperationContext,
  ): Promise<void> {
    const { audit } = this.#dependencies;
    const records = await audit.exportRecordsByActor({ actorId }, context);
    const own = records
      .filter(({ outcome }) => outcome === 'success')
      .map(({ resourceType, resourceId }) => ({ resourceType, resourceId }));
    await audit.pseudonymizeActor({ actorId, resources: [...erased, ...own] }, context);
  }

  #ago(milliseconds: number): Date {
    return new Date(this.#dependencies.clock.now().getTime() - milliseconds);
  }
}
