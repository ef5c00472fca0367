import { randomBytes } from 'node:crypto';

import type { Erasure, OperationContext } from '@org/core';

import { accountErased } from '../../events.ts';
import type { AccountIdParams } from '../../types.ts';
import type { CompleteDependencies } from '../account-dependencies.ts';
import { AccountExportLeaseRepository } from '../store/account-export-lease-repository.ts';
import { AccountIdentityRepository } from '../store/account-identity-repository.ts';
import { AccountModel } from '../store/account-model.ts';
import {
  ErasableAccountRepository,
  identityOf,
  type AccountUnderErasure,
  type ErasableAccounts,
} from '../store/erasable-account-repository.ts';
import { SWEEP_JOB, tracesOf, type AccountDeletion, type AccountTraces } from './account-traces.ts';
import { findSubjectDigests } from './subject-digests.ts';
import { eraseTraces, pseudonymizeActor } from './trace-erasure.ts';

/** Accounts looked up at a time. */
const PAGE_SIZE = 100;
/** How many causes are reported; the others are only counted. */
const REPORTED_FAILURES = 10;
const PSEUDONYM_BYTES = 12;
/** Two days: the job that ends late sessions runs daily, and may miss one. */
const LATE_MILLISECONDS = 2 * 24 * 60 * 60_000;
/**
 * Longer than an admitted request may take to store something, and than an event is counted in
 * memory: a window of a minute, which is stored within one more.
 */
const SWEEP_DELAY_MILLISECONDS = 3 * 60_000;

/**
 * Erases accounts' data. Touches only accounts that this module itself marked, by `deleted_at` or
 * by `phone_number_proved: false`; never one left by an earlier backend.
 */
export class AccountErasure {
  readonly #dependencies: CompleteDependencies;
  readonly #repository: ErasableAccountRepository;
  readonly #identities: AccountIdentityRepository;
  readonly #exportLeases: AccountExportLeaseRepository;

  constructor(dependencies: CompleteDependencies) {
    this.#dependencies = dependencies;
    this.#repository = new ErasableAccountRepository(dependencies);
    this.#identities = new AccountIdentityRepository(dependencies);
    this.#exportLeases = new AccountExportLeaseRepository(dependencies);
  }

  /**
   * @param deletion which one, in case the account was restored and deleted again; default: any
   * @returns whether there is such an account; it may have been restored or erased since
   */
  async eraseAccount(
    { accountId, deletedAt }: Partial<AccountDeletion> & AccountIdParams,
    signal: AbortSignal,
    context: OperationContext,
  ): Promise<boolean> {
    const meant = deletedAt === undefined ? {} : { deletedAt: new Date(deletedAt) };
    const account = await this.#begin(accountId, { state: 'deleted', ...meant }, context);
    await this.#erase(account, signal, context);
    return account !== undefined;
  }

  /**
   * Ends the sessions that logins running beside a deletion started lately. Their tokens are refused
   * from the start, because the account is not active.
   */
  async endLateSessions(signal: AbortSignal, context: OperationContext): Promise<void> {
    const accounts = { state: 'deleted', since: this.#ago(LATE_MILLISECONDS) } as const;
    let ids: readonly string[];
    let skip = 0;
    do {
      ids = await this.#repository.findErasableIds(accounts, { skip, limit: PAGE_SIZE }, context);
      for (const accountId of ids) {
        signal.throwIfAborted();
        await this.#dependencies.authentication.endSessionsByAccountId({ accountId }, context);
      }
      skip += PAGE_SIZE;
    } while (ids.length === PAGE_SIZE);
  }

  /** Erases the accounts that can no longer be restored. */
  async eraseDeletedAccounts(signal: AbortSignal, context: OperationContext): Promise<void> {
    const { restoreTimeToLiveMilliseconds: age } = this.#dependencies.settings;
    await this.#eraseAll({ state: 'deleted', before: this.#ago(age) }, signal, context);
  }

  async removeUnprovedAccounts(signal: AbortSignal, context: OperationContext): Promise<void> {
    const { unprovedTimeToLiveMilliseconds: age } = this.#dependencies.settings;
    await this.#eraseAll({ state: 'unproved', before: this.#ago(age) }, signal, context);
  }

  /** If an account cannot be erased, the others still are; the next run tries it again. */
  async #eraseAll(
    accounts: ErasableAccounts,
    signal: AbortSignal,
    context: OperationContext,
  ): Promise<void> {
    const failures: unknown[] = [];
    let failed = 0;
    // Failed accounts are found again, at the front, since the longest marked ones come first.
    let skip = 0;
    let ids: readonly string[];
    do {
      const page = { skip, limit: PAGE_SIZE };
      ids = await this.#repository.findErasableIds(accounts, page, context);
      for (const accountId of ids) {
        signal.throwIfAborted();
        let isMarked = false;
        try {
          const account = await this.#begin(accountId, accounts, context);
          isMarked = account !== undefined;
          await this.#erase(account, signal, context);
        } catch (error) {
          signal.throwIfAborted();
          failed += 1;
          failures.push(...(failures.length < REPORTED_FAILURES ? [error] : []));
          skip += isMarked && accounts.state === 'unproved' ? 0 : 1;
        }
      }
    } while (ids.length === PAGE_SIZE);
    if (failed > 0) {
      throw new AggregateError(failures, `${failed} accounts could not be erased.`);
    }
  }

  /** @returns `undefined` if there is no such account */
  async #begin(
    accountId: string,
    accounts: ErasableAccounts,
    context: OperationContext,
  ): Promise<AccountUnderErasure | undefined> {
    const { clock, database } = this.#dependencies;
    const erasure = {
      pseudonym: randomBytes(PSEUDONYM_BYTES).toString('hex'),
      names_owned_until: clock.now(),
    };
    return database.withTransaction(context, async (transaction) => {
      const begun = await this.#repository.beginErasure(accountId, accounts, erasure, transaction);
      if (begun !== undefined) {
        await this.#identities.deleteByAccountId(accountId, transaction);
      }
      return begun;
    });
  }

  /**
   * Erases data stored after the account's erasure: by requests running when it was deleted, and
   * from events counted in memory.
   */
  async sweep(
    traces: AccountTraces,
    signal: AbortSignal,
    context: OperationContext,
  ): Promise<void> {
    const erasure = this.#erasureFor(signal, context);
    await eraseTraces(traces, this.#dependencies, erasure, context);
    await pseudonymizeActor(traces, this.#dependencies, erasure, context);
    const resourceType = AccountModel.getCollectionName();
    await erasure.forget([{ resourceType, resourceId: traces.accountId }]);
  }

  /**
   * No step needs what an earlier one erased, each can be repeated after an interruption, and none
   * holds more than a page in memory or in a transaction. The account's document, which leads to
   * all the rest, goes last.
   */
  async #erase(
    account: AccountUnderErasure | undefined,
    signal: AbortSignal,
    context: OperationContext,
  ): Promise<void> {
    if (account === undefined) {
      return;
    }
    signal.throwIfAborted();
    const { _id } = account;
    const { phoneNumber, emailAddress } = identityOf(account);
    const erasure = this.#erasureFor(signal, context);
    const digests = await findSubjectDigests(account, this.#dependencies, signal, context);
    const traces = tracesOf(account, digests);
    await eraseTraces(
      { ...traces, phoneNumber, emailAddress },
      this.#dependencies,
      erasure,
      context,
    );
    await this.#finishAbandonedErasure(account, erasure, context);
    // Before the records go that tell the account's former names: the rest is found by these, too.
    await this.#dispatchSweep(traces, context);
    await pseudonymizeActor(traces, this.#dependencies, erasure, context);
    await this.#exportLeases.deleteOne({ _id }, context);
    const { database, events } = this.#dependencies;
    // The account's own audit records go as late as possible: others act on it, too.
    await database.withTransaction(context, async (transaction) => {
      await this.#repository.eraseMany({ _id, active: false }, erasure, transaction);
      await events.publish(accountErased, { accountId: traces.accountId }, transaction);
    });
  }

  #erasureFor(signal: AbortSignal, context: OperationContext): Erasure {
    const { audit } = this.#dependencies;
    return { signal, forget: (resources) => audit.eraseChanges({ resources, signal }, context) };
  }

  /**
   * Only if someone acted for the account, or tried to, so recently that not everything may be
   * stored yet.
   */
  async #dispatchSweep(traces: AccountTraces, context: OperationContext): Promise<void> {
    const { clock, jobs } = this.#dependencies;
    const quietSince = clock.now().getTime() - Date.parse(traces.namesOwnedUntil);
    if (quietSince < SWEEP_DELAY_MILLISECONDS) {
      const job = { name: SWEEP_JOB, payload: traces };
      await jobs.dispatchAfter({ ...job, delayMilliseconds: SWEEP_DELAY_MILLISECONDS }, context);
    }
  }

  /**
   * An earlier version blanked the names first, so what it erased no longer leads to its records.
   */
  async #finishAbandonedErasure(
    account: AccountUnderErasure,
    { signal }: Erasure,
    context: OperationContext,
  ): Promise<void> {
    const { id: resourceId, username, phoneNumber } = identityOf(account);
    if (username === '' && phoneNumber === null) {
      const resource = { resourceType: AccountModel.getCollectionName(), resourceId };
      const abandoned = { account: resource, signal };
      await this.#dependencies.audit.eraseOfAbandonedErasure(abandoned, context);
    }
  }

  #ago(milliseconds: number): Date {
    return new Date(this.#dependencies.clock.now().getTime() - milliseconds);
  }
}
