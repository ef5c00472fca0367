import { randomBytes } from 'node:crypto';

import type { AuthenticationService, ThrottleService } from '@org/authentication';
import type { Clock, Erasure, OperationContext, PhoneNumber, TransactionRunner } from '@org/core';

import type { AccountDataHolder } from '../account-data-holder.ts';
import type { AccountJobQueue } from '../account-job-queue.ts';
import type { AccountNotifier } from '../account-notifier.ts';
import type { PersonalAuditTrail } from '../personal-audit-trail.ts';
import type { AccountIdParams } from '../types.ts';
import type { AccountDeletion, AccountTraces } from './account-traces-util.ts';
import { describeTraces, SWEEP_JOB } from './account-traces-util.ts';
import type { AccountExportLeaseRepository } from './store/account-export-lease-repository.ts';
import {
  AccountModel,
  type AccountUnderErasure,
  type ErasableAccounts,
} from './store/account-model.ts';
import type { AccountRepository } from './store/account-repository.ts';

/** How many accounts are looked up at a time. */
const PAGE_SIZE = 100;
/** Causes that are told of; the rest is counted. */
const REPORTED_FAILURES = 10;
const PSEUDONYM_BYTES = 12;
/**
 * Longer than a request that was let in may take to store something, and than an event is counted in
 * memory: a window of a minute, which is stored within one more.
 */
const SWEEP_DELAY_MILLISECONDS = 3 * 60_000;

export interface AccountErasureWriterDependencies {
  readonly clock: Clock;
  readonly repository: AccountRepository;
  readonly exportLeases: AccountExportLeaseRepository;
  readonly transactions: TransactionRunner;
  readonly audit: PersonalAuditTrail;
  readonly authentication: AuthenticationService;
  readonly throttle: ThrottleService;
  readonly notification: AccountNotifier;
  readonly dataHolders: readonly AccountDataHolder[];
  readonly jobs: Pick<AccountJobQueue, 'dispatchAfter'>;
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

  /**
   * @param deletedAt the deletion that is meant; default: whenever it was
   * @returns whether there is such an account; it may have been restored since, or erased
   */
  async eraseAccount(
    { accountId, deletedAt }: Partial<AccountDeletion> & AccountIdParams,
    signal: AbortSignal,
    context: OperationContext,
  ): Promise<boolean> {
    const meant = deletedAt === undefined ? {} : { deletedAt: new Date(deletedAt) };
    const account = await this.#begin(accountId, { state: 'deleted', ...meant }, context);
    await (account && this.#erase(account, signal, context));
    return account !== undefined;
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

  /** One account that cannot be erased keeps none of the others; it is tried again with the next run. */
  async #eraseAll(
    accounts: ErasableAccounts,
    signal: AbortSignal,
    context: OperationContext,
  ): Promise<void> {
    const failures: unknown[] = [];
    let failed = 0;
    // Those that stay among the ones to be found, at the front: the longest marked come first.
    let skip = 0;
    let ids: readonly string[];
    do {
      const page = { skip, limit: PAGE_SIZE };
      ids = await this.#dependencies.repository.findErasableIds(accounts, page, context);
      for (const accountId of ids) {
        signal.throwIfAborted();
        let account: AccountUnderErasure | undefined;
        try {
          account = await this.#begin(accountId, accounts, context);
          await (account && this.#erase(account, signal, context));
        } catch (error) {
          signal.throwIfAborted();
          failed += 1;
          failures.push(...(failures.length < REPORTED_FAILURES ? [error] : []));
          skip += account === undefined || accounts.state === 'deleted' ? 1 : 0;
        }
      }
    } while (ids.length === PAGE_SIZE);
    if (failed > 0) {
      throw new AggregateError(failures, `${failed} accounts could not be erased.`);
    }
  }

  /** @returns `undefined` when there is no such account */
  async #begin(
    accountId: string,
    accounts: ErasableAccounts,
    context: OperationContext,
  ): Promise<AccountUnderErasure | undefined> {
    const { clock, repository, transactions } = this.#dependencies;
    const erasure = {
      pseudonym: randomBytes(PSEUDONYM_BYTES).toString('hex'),
      names_owned_until: clock.now(),
    };
    return transactions.withTransaction(context, (transaction) =>
      repository.beginErasure(accountId, accounts, erasure, transaction),
    );
  }

  /**
   * Erases what was stored of an account after its erasure: by requests that were under way when it was
   * deleted, and of events that were counted in memory until then.
   */
  async sweep(
    traces: AccountTraces,
    signal: AbortSignal,
    context: OperationContext,
  ): Promise<void> {
    const erasure = this.#erasureFor(signal, context);
    await this.#eraseData(traces, erasure, context);
    await this.#forgetActor(traces, erasure, context);
    const resourceType = AccountModel.getCollectionName();
    await erasure.forget([{ resourceType, resourceId: traces.accountId }]);
  }

  /**
   * No step rests on what an earlier one destroyed, each is done again after an interruption, and none
   * holds more than a page in memory or in a transaction. The account's document, which says what leads
   * to all of that, goes last.
   */
  async #erase(
    account: AccountUnderErasure,
    signal: AbortSignal,
    context: OperationContext,
  ): Promise<void> {
    signal.throwIfAborted();
    const { repository, exportLeases, throttle } = this.#dependencies;
    const { _id } = account;
    const { phoneNumber } = AccountModel.fromBson(account);
    const erasure = this.#erasureFor(signal, context);
    const traces = describeTraces(account, throttle);
    await this.#eraseData({ ...traces, phoneNumber }, erasure, context);
    await this.#finishAbandonedErasure(account, erasure, context);
    await this.#forgetActor(traces, erasure, context);
    await this.#dispatchSweep(traces, context);
    await exportLeases.deleteOne({ _id }, context);
    // What the trail says of the account itself goes as late as possible: others act on it, too.
    await repository.eraseMany({ _id, active: false }, erasure, context);
  }

  #erasureFor(signal: AbortSignal, context: OperationContext): Erasure {
    const { audit } = this.#dependencies;
    return { signal, forget: (resources) => audit.eraseChanges({ resources, signal }, context) };
  }

  /** Where somebody may have acted for the account, or tried to, so lately that it is not all stored. */
  async #dispatchSweep(traces: AccountTraces, context: OperationContext): Promise<void> {
    const { clock, jobs } = this.#dependencies;
    const quietSince = clock.now().getTime() - Date.parse(traces.namesOwnedUntil);
    if (quietSince < SWEEP_DELAY_MILLISECONDS) {
      const job = { name: SWEEP_JOB, payload: traces };
      await jobs.dispatchAfter({ ...job, delayMilliseconds: SWEEP_DELAY_MILLISECONDS }, context);
    }
  }

  /** An earlier version blanked the names first, and what it erased no longer leads to its records. */
  async #finishAbandonedErasure(
    { _id, username, phone_number: phoneNumber }: AccountUnderErasure,
    { signal }: Erasure,
    context: OperationContext,
  ): Promise<void> {
    if (!username && !phoneNumber) {
      const resourceType = AccountModel.getCollectionName();
      const account = { resourceType, resourceId: _id.toHexString() };
      await this.#dependencies.audit.eraseOfAbandonedErasure({ account, signal }, context);
    }
  }

  /**
   * What all modules keep, and the digests of its names on the audit records of the time in which it
   * had them.
   *
   * @param phoneNumber whose codes go, too
   */
  async #eraseData(
    traces: AccountTraces & { readonly phoneNumber?: PhoneNumber | null },
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    const { authentication, notification, dataHolders } = this.#dependencies;
    const { accountId, phoneNumber, namesOwnedUntil } = traces;
    await this.#forgetNames(traces, context);
    erasure.signal.throwIfAborted();
    await authentication.deleteAuthenticationDataByAccountId(
      { accountId, phoneNumber, phoneNumberOwnedUntil: new Date(namesOwnedUntil) },
      erasure,
      context,
    );
    erasure.signal.throwIfAborted();
    await notification.deleteNotificationDataByAccountId({ accountId }, erasure, context);
    for (const holder of dataHolders) {
      erasure.signal.throwIfAborted();
      await holder.deleteDataByAccountId({ accountId }, erasure, context);
    }
    erasure.signal.throwIfAborted();
  }

  /** After the data: what the account did leads to what is to be forgotten of it. */
  async #forgetActor(
    { accountId: actorId, pseudonym }: AccountTraces,
    { signal }: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#dependencies.audit.pseudonymizeActor({ actorId, pseudonym, signal }, context);
    signal.throwIfAborted();
  }

  async #forgetNames(
    { subjectDigests, namesOwnedFrom, namesOwnedUntil }: AccountTraces,
    context: OperationContext,
  ): Promise<void> {
    const time = { from: new Date(namesOwnedFrom), to: new Date(namesOwnedUntil) };
    for (const subjectDigest of subjectDigests) {
      await this.#dependencies.audit.forgetSubject({ subjectDigest, ...time }, context);
    }
  }

  #ago(milliseconds: number): Date {
    return new Date(this.#dependencies.clock.now().getTime() - milliseconds);
  }
}
