import type { AuthenticationService, ThrottleService } from '@org/authentication';
import { formatE164, type Clock, type OperationContext, type TransactionRunner } from '@org/core';
import { DuplicateKeyError } from '@org/core/store';

import type { AccountNotifier } from '../account-notifier.ts';
import {
  AccountBadRequestError,
  AccountWithIdNotFoundError,
  AccountWithPhoneNumberExistsError,
  AccountWithUserNameExistsError,
} from '../errors.ts';
import type { Account, AccountIdParams } from '../types.ts';
import type { AccountNotices } from './account-notices.ts';
import { AccountUtil, type AccountOwner } from './account-util.ts';
import type { AccountDocument } from './store/account-model.ts';
import type { AccountRepository } from './store/account-repository.ts';

export interface AccountDeletionWriterDependencies {
  readonly clock: Clock;
  readonly repository: AccountRepository;
  readonly transactions: TransactionRunner;
  readonly authentication: AuthenticationService;
  readonly throttle: ThrottleService;
  readonly notification: AccountNotifier;
  readonly notices: AccountNotices;
  readonly settings: { readonly restoreTimeToLiveMilliseconds: number };
}

/** Accounts that their owners delete, and those that come back. */
export class AccountDeletionWriter {
  readonly #dependencies: AccountDeletionWriterDependencies;

  constructor(dependencies: AccountDeletionWriterDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * In one transaction: the account is no longer active, everything that acts for it or waits for it
   * ends, and its owner is told.
   *
   * @throws AccountWithIdNotFoundError when there is no active account of this id
   */
  async deleteAccount({ accountId }: AccountIdParams, context: OperationContext): Promise<void> {
    const { clock, repository, transactions, settings } = this.#dependencies;
    await transactions.withTransaction(context, async (transaction) => {
      const deletedAt = clock.now();
      const deleted = await repository.updateActive(
        accountId,
        { $set: { active: false, deleted_at: deletedAt }, $inc: { session_epoch: 1 } },
        transaction,
      );
      if (deleted === undefined) {
        throw new AccountWithIdNotFoundError(accountId);
      }
      const owner = AccountUtil.convertAccountBsonToOwner(deleted);
      await this.#endWhatIsOpen(owner, transaction);
      const restorableUntil = new Date(
        deletedAt.getTime() + settings.restoreTimeToLiveMilliseconds,
      ).toISOString();
      await this.#dependencies.notices.send(
        owner,
        { topic: 'account-deleted', data: { restorableUntil } },
        transaction,
      );
    });
  }

  /**
   * Makes a deleted account active again, as long as it is kept. Its owner has to log in anew.
   *
   * @throws AccountWithIdNotFoundError when there is no account of this id that can be restored
   * @throws AccountBadRequestError when it is active
   * @throws AccountWithUserNameExistsError when its username was taken again
   * @throws AccountWithPhoneNumberExistsError when its phone number was taken again
   */
  async restoreAccount(
    { accountId }: AccountIdParams,
    context: OperationContext,
  ): Promise<Account> {
    const { clock, repository, transactions, settings } = this.#dependencies;
    const now = clock.now().getTime();
    const since = new Date(now - settings.restoreTimeToLiveMilliseconds);
    return transactions.withTransaction(context, async (transaction) => {
      const deleted = await repository.findDeletedSince(accountId, since, transaction);
      const restored = deleted && (await this.#restore(deleted, transaction));
      if (restored === undefined) {
        throw await this.#explainRefusal(accountId, transaction);
      }
      return AccountUtil.convertAccountBsonToAccount(restored);
    });
  }

  async #explainRefusal(
    accountId: string,
    transaction: OperationContext,
  ): Promise<AccountBadRequestError | AccountWithIdNotFoundError> {
    const active = await this.#dependencies.repository.findActiveById(accountId, transaction);
    return active === undefined
      ? new AccountWithIdNotFoundError(accountId)
      : new AccountBadRequestError(`Account ${accountId} is active. There is nothing to restore.`);
  }

  async #restore(
    deleted: AccountDocument,
    transaction: OperationContext,
  ): Promise<AccountDocument | undefined> {
    try {
      return await this.#dependencies.repository.restore(deleted, transaction);
    } catch (error) {
      throw error instanceof DuplicateKeyError ? describeConflict(deleted, error) : error;
    }
  }

  async #endWhatIsOpen(
    { accountId, phoneNumber }: AccountOwner,
    transaction: OperationContext,
  ): Promise<void> {
    const { authentication, throttle, notification } = this.#dependencies;
    await authentication.endSessionsByAccountId({ accountId }, transaction);
    await throttle.forgetKnownSources({ accountId }, transaction);
    await authentication.resetTokens.revokePasswordResetTokens({ accountId }, transaction);
    if (phoneNumber !== undefined) {
      await authentication.otps.revokeOtps({ phoneNumber }, transaction);
    }
    await notification.dropQueuedDeliveriesByAccountId({ accountId }, transaction);
    await notification.deletePushSubscriptionsByAccountId({ accountId }, transaction);
  }
}

function describeConflict(
  { username, phone_number: number }: AccountDocument,
  conflict: DuplicateKeyError,
): AccountWithUserNameExistsError | AccountWithPhoneNumberExistsError {
  if (!number || conflict.fields.includes('username')) {
    return new AccountWithUserNameExistsError(username, conflict);
  }
  const { country_code: countryCode, phone_number: phoneNumber } = number;
  return new AccountWithPhoneNumberExistsError(formatE164({ countryCode, phoneNumber }), conflict);
}
