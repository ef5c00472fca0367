import type { OperationContext } from '@org/core';
import { DuplicateKeyError, transactionConflict, type CollectionReport } from '@org/core/store';

import type { AccountIdentity, AccountIdentityDocument } from '../store/account-identity-model.ts';
import { AccountIdentityRepository } from '../store/account-identity-repository.ts';
import {
  AccountRepository,
  type AccountRepositoryDependencies,
} from '../store/account-repository.ts';
import { identitiesOf, type NamesOfAccount } from './identity-key.ts';

const FIELDS = { username: 'username', phone: 'phone_number.phone_number' } as const;

/** Gives accounts their names, and takes them back. */
export class AccountIdentities {
  readonly #accounts: AccountRepository;
  readonly #repository: AccountIdentityRepository;

  constructor(dependencies: AccountRepositoryDependencies) {
    this.#accounts = new AccountRepository(dependencies);
    this.#repository = new AccountIdentityRepository(dependencies);
  }

  async initialize(): Promise<CollectionReport> {
    return this.#repository.onInitCollection();
  }

  /**
   * Gives an account that this transaction has just written all its names.
   *
   * @throws DuplicateKeyError if another account has one
   */
  async give(
    accountId: string,
    names: NamesOfAccount,
    transaction: OperationContext,
  ): Promise<void> {
    const identities = identitiesOf(names);
    try {
      const owned = identities.map((identity) => ({ ...identity, accountId }));
      await this.#repository.store(owned, transaction);
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) {
        throw error;
      }
      // The transaction is lost: what follows happens outside of it.
      throw await this.#explain(error, identities, transaction.withoutTransaction());
    }
  }

  /** Frees the names of an account that this transaction has just made inactive. */
  async release(
    accountId: string,
    names: NamesOfAccount,
    transaction: OperationContext,
  ): Promise<void> {
    const keys = identitiesOf(names).map(({ key }) => key);
    await this.#repository.releaseAll(accountId, keys, transaction);
  }

  /** Notes that the account's owner has proved its phone number. */
  async markPhoneNumberVerified(
    accountId: string,
    names: NamesOfAccount,
    transaction: OperationContext,
  ): Promise<void> {
    for (const { key } of identitiesOf(names).filter(({ kind }) => kind === 'phone')) {
      await this.#repository.markVerified(key, accountId, transaction);
    }
  }

  /**
   * Frees those of the identities whose accounts have no right to them any more: an earlier version
   * deletes accounts without freeing their names.
   *
   * @returns those that are taken
   */
  async releaseStale(
    found: readonly AccountIdentityDocument[],
    context: OperationContext,
  ): Promise<readonly AccountIdentityDocument[]> {
    const ids = found.map(({ account_id }) => account_id);
    const owned = new Set(
      (await this.#accounts.findNamesByIds(ids, context)).flatMap((account) =>
        identitiesOf(account).map(({ key }) => `${account._id.toHexString()} ${key}`),
      ),
    );
    const isOwned = ({ _id: key, account_id }: AccountIdentityDocument) =>
      owned.has(`${account_id} ${key}`);
    for (const stale of found.filter((identity) => !isOwned(identity))) {
      await this.#repository.releaseUnchanged(stale, context);
    }
    return found.filter(isOwned);
  }

  /** @returns the error to throw: names what is taken, or starts the transaction again */
  async #explain(
    error: DuplicateKeyError,
    identities: readonly AccountIdentity[],
    context: OperationContext,
  ): Promise<Error> {
    const keys = identities.map(({ key }) => key);
    const found = await this.#repository.findByKeys(keys, context);
    const [taken] = await this.releaseStale(found, context);
    return taken === undefined
      ? transactionConflict(error)
      : new DuplicateKeyError([FIELDS[taken.kind]], error);
  }
}
