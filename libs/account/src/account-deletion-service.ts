import type { OperationContext } from '@org/core';
import type { JobService } from '@org/jobs';

import { AccountStateError, AccountWithIdNotFoundError } from './errors.ts';
import { accountDeleted, accountRestored } from './events.ts';
import { endUse } from './internal/access-end.ts';
import type { CompleteDependencies } from './internal/account-dependencies.ts';
import * as notices from './internal/account-notices.ts';
import * as given from './internal/account-parameters.ts';
import type { AccountReader } from './internal/account-reader.ts';
import type { AccountFieldDefinitions, NoFields } from './fields/account-fields.ts';
import { toAccount } from './internal/account-util.ts';
import type { AccountWriter } from './internal/account-writer.ts';
import type { ContactChanges } from './internal/contact/contact-changes.ts';
import { AccountErasure } from './internal/erasure/account-erasure.ts';
import { registerErasureJobs } from './internal/erasure/erasure-jobs.ts';
import type { Account, AccountIdParams, AccountState } from './types.ts';

/** An account that was deleted until now. */
export type RestoredAccount<Fields extends AccountFieldDefinitions = NoFields> = Account<Fields> & {
  readonly state: Exclude<AccountState, 'deleted'>;
  /** Contacts that it lost, since another account has them. */
  readonly leftOut: readonly ('email' | 'phone')[];
};

/** A deleted account that has not been erased yet. */
export interface DeletedAccount {
  readonly id: string;
  readonly deletedAt: Date;
  /** After this, it is erased at the next opportunity. */
  readonly restorableUntil: Date;
  /** Whether that is still in the future, by the clock that wrote it. */
  readonly isRestorable: boolean;
}

/** Deletes, restores and erases accounts. Part of an AccountService. */
export class AccountDeletionService<Fields extends AccountFieldDefinitions = NoFields> {
  readonly #dependencies: CompleteDependencies;
  readonly #reader: AccountReader;
  readonly #writer: AccountWriter;
  readonly #changes: ContactChanges;
  readonly #erasure: AccountErasure;

  constructor(
    dependencies: CompleteDependencies,
    reader: AccountReader,
    writer: AccountWriter,
    changes: ContactChanges,
  ) {
    this.#dependencies = dependencies;
    this.#reader = reader;
    this.#writer = writer;
    this.#changes = changes;
    this.#erasure = new AccountErasure(dependencies);
  }

  /** Registers the daily clean-ups, and erasures by operators; AccountService calls it. */
  registerJobs(jobs: Pick<JobService, 'register'>): void {
    registerErasureJobs(jobs, this.#erasure);
  }

  /**
   * Deletes the account: it now behaves like an unknown one. Its sessions, one-time passwords,
   * reset tokens, queued messages and push subscriptions end with it; only notices of what happened
   * to it before are still sent. It can be restored until it is erased. A former contact that can
   * still undo a change hears of it, too.
   *
   * @throws AccountWithIdNotFoundError if there is no active or disabled account with this id
   * @throws an AppError of the policy for ends
   */
  async deleteAccount(params: AccountIdParams, context: OperationContext): Promise<void> {
    const { clock, database, endPolicy, events, throttle } = this.#dependencies;
    const { accountId } = given.checkAccountId(params);
    await database.withTransaction(context, async (transaction) => {
      const deletedAt = clock.now();
      const account = await this.#writer.deleteAccount(accountId, deletedAt, transaction);
      await endPolicy({ accountId }, transaction);
      const parts = { ...this.#dependencies, changes: this.#changes };
      await endUse(account, parts, transaction);
      await throttle.forgetKnownSources({ accountId }, transaction);
      await events.publish(accountDeleted, { accountId }, transaction);
      const notice = notices.accountDeleted(this.#restorableUntil(deletedAt));
      await notices.sendAlsoToFormer(parts, notice, account, transaction);
    });
  }

  /**
   * Restores a deleted account within the time set for it. Its owner has to log in again. Contacts
   * that another account has since are left out, if the account keeps a name, or a former contact can
   * undo a change of it: else whoever deletes an account that is not theirs, and signs up with a
   * contact that they gave it, would keep it from its owner.
   *
   * @throws AccountWithIdNotFoundError if there is no account with this id that can be restored
   * @throws AccountStateError if it is active
   * @throws AccountWithUserNameExistsError if its username has been taken
   * @throws AccountWithPhoneNumberExistsError, AccountWithEmailExistsError if all it had is taken
   */
  async restoreAccount(
    params: AccountIdParams,
    context: OperationContext,
  ): Promise<RestoredAccount<Fields>> {
    const { accountId } = given.checkAccountId(params);
    const { clock, database, events, fields, settings } = this.#dependencies;
    const deletedAfter = new Date(clock.now().getTime() - settings.restoreTimeToLiveMilliseconds);
    return database.withTransaction(context, async (transaction) => {
      const kept = await this.#changes.findKept(accountId, transaction);
      const restoration = { accountId, deletedAfter, hasKeptContact: kept.length > 0 };
      const restored = await this.#writer.restorer.restore(restoration, transaction);
      if (restored !== undefined) {
        await events.publish(accountRestored, { accountId }, transaction);
        const { account, leftOut } = restored;
        const state = account.isDisabled ? 'disabled' : 'active';
        return { ...toAccount<Fields>(account, fields), state, leftOut };
      }
      await this.#reader.getAccountById(accountId, transaction);
      const message = `Account ${accountId} is active. There is nothing to restore.`;
      throw new AccountStateError(message);
    });
  }

  /**
   * When an account was deleted, and how long it can be restored. For operators, before they have
   * it erased.
   *
   * @throws AccountWithIdNotFoundError if there is no account with this id
   * @throws AccountStateError if it is active, or was deleted by an earlier backend
   */
  async getDeletedAccount(
    params: AccountIdParams,
    context: OperationContext,
  ): Promise<DeletedAccount> {
    const { accountId: id } = given.checkAccountId(params);
    const deletedAt = await this.#reader.getDeletionTime(id, context);
    const restorableUntil = this.#restorableUntil(deletedAt);
    const isRestorable = restorableUntil > this.#dependencies.clock.now();
    return { id, deletedAt, restorableUntil, isRestorable };
  }

  #restorableUntil(deletedAt: Date): Date {
    const { restoreTimeToLiveMilliseconds: time } = this.#dependencies.settings;
    return new Date(deletedAt.getTime() + time);
  }

  /**
   * Erases a deleted account at once: nothing that identifies it remains here, in the other modules
   * or in the audit trail. Works in steps outside any transaction; if interrupted, it continues
   * when called again, or with the job `account.erase-deleted`. Soon after a deletion, the job
   * `account.erase-rest` follows in three minutes, for data stored meanwhile.
   *
   * @param signal stops it between two steps; default: never
   * @throws AccountWithIdNotFoundError if there is no deleted account with this id
   */
  async eraseAccount(
    params: AccountIdParams,
    context: OperationContext,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    const wasErased = await this.#erasure.eraseAccount({ accountId }, signal, context);
    if (!wasErased) {
      throw new AccountWithIdNotFoundError(accountId);
    }
  }
}
