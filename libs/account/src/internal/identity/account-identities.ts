import type { Clock, OperationContext } from '@org/core';
import { DuplicateKeyError, transactionConflict, type CollectionReport } from '@org/core/store';

import {
  ownerIdOf,
  type AccountIdentity,
  type AccountIdentityDocument,
  type OwnedIdentity,
} from '../store/account-identity-model.ts';
import { AccountIdentityRepository } from '../store/account-identity-repository.ts';
import {
  AccountRepository,
  type AccountRepositoryDependencies,
  type NamesDocument,
} from '../store/account-repository.ts';
import { identitiesOf, ownedIdentitiesOf, type NamesOfAccount } from './identity-key.ts';

const FIELDS = {
  username: 'username',
  phone: 'phone_number.phone_number',
  email: 'email',
} as const;

/** What an account is called before and after a change. */
interface NameChange {
  readonly before: NamesOfAccount;
  readonly after: NamesDocument;
  /** Until when dropped names are kept for the account. Default: they are free at once. */
  readonly reservedUntil?: Date | undefined;
}

/** Gives accounts their names, and takes them back. */
export class AccountIdentities {
  readonly #accounts: AccountRepository;
  readonly #repository: AccountIdentityRepository;
  readonly #clock: Clock;

  constructor(dependencies: AccountRepositoryDependencies) {
    this.#accounts = new AccountRepository(dependencies);
    this.#repository = new AccountIdentityRepository(dependencies);
    this.#clock = dependencies.database.clock;
  }

  async initialize(): Promise<CollectionReport> {
    return this.#repository.onInitCollection();
  }

  /**
   * Gives an account that this transaction has just written all its names.
   *
   * @throws DuplicateKeyError if another account has one
   */
  async give(account: NamesDocument, transaction: OperationContext): Promise<void> {
    await this.#store(ownedIdentitiesOf(account), transaction);
  }

  /** The same for new accounts, which have none of their names yet: many are given quickly. */
  async giveAll(accounts: readonly NamesDocument[], transaction: OperationContext): Promise<void> {
    const owned = accounts.flatMap(ownedIdentitiesOf);
    await this.#explained(owned, transaction, () => this.#repository.insert(owned, transaction));
  }

  async #store(owned: readonly OwnedIdentity[], transaction: OperationContext): Promise<void> {
    await this.#explained(owned, transaction, () => this.#repository.store(owned, transaction));
  }

  async #explained(
    owned: readonly OwnedIdentity[],
    transaction: OperationContext,
    store: () => Promise<void>,
  ): Promise<void> {
    try {
      await store();
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) {
        throw error;
      }
      // The transaction is lost: what follows happens outside of it.
      throw await this.#explain(error, owned, transaction.withoutTransaction());
    }
  }

  /**
   * Frees the names of an account that this transaction has just made inactive. What is kept for it
   * stays kept: its owner may undo a change once it is restored.
   */
  async release(
    accountId: string,
    names: NamesOfAccount,
    transaction: OperationContext,
  ): Promise<void> {
    const keys = identitiesOf(names).map(({ key }) => key);
    await this.#repository.releaseAll(accountId, keys, transaction);
  }

  /**
   * Frees the names that an account no longer has, and gives it those that it has now; whoever has
   * changed a contact has proved it.
   *
   * @throws DuplicateKeyError if another account has one
   */
  async replace(
    accountId: string,
    { before, after, reservedUntil }: NameChange,
    transaction: OperationContext,
  ): Promise<void> {
    const had = identitiesOf(before);
    const has = ownedIdentitiesOf(after);
    const dropped = had.filter(({ key }) => !has.some((each) => each.key === key));
    // The others are its already, or wait for the job that stores them.
    const added = has.filter(({ key }) => !had.some((each) => each.key === key));
    if (reservedUntil === undefined) {
      const keys = dropped.map(({ key }) => key);
      await this.#repository.releaseAll(accountId, keys, transaction);
      await this.#store(added, transaction);
    } else {
      const kept = dropped.map((name) => ({ ...name, accountId, verifiedAt: null, reservedUntil }));
      await this.#store([...kept, ...added], transaction);
    }
  }

  /**
   * Frees those of the names that are only kept for the account.
   *
   * @param keys default: all
   */
  async free(
    accountId: string,
    keys: readonly string[] | undefined,
    transaction: OperationContext,
  ): Promise<void> {
    await this.#repository.releaseReserved(accountId, transaction, keys);
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
    const accounts = await this.#accounts.findNamesByIds(ids, context);
    const owned = new Set(
      accounts.flatMap((account) =>
        identitiesOf(account).map(({ key }) => `${account._id.toHexString()} ${key}`),
      ),
    );
    const isOwned = (identity: AccountIdentityDocument) =>
      owned.has(`${identity.account_id} ${identity._id}`) || this.#isReserved(identity);
    for (const stale of found.filter((identity) => !isOwned(identity))) {
      await this.#repository.releaseUnchanged(stale, context);
    }
    return found.filter(isOwned);
  }

  /** Those of the keys that any account has, or that are kept for one. */
  async findTaken(
    keys: readonly string[],
    context: OperationContext,
  ): Promise<ReadonlySet<string>> {
    const found = await this.#repository.findByKeys(keys, context);
    const taken = found.length === 0 ? [] : await this.releaseStale(found, context);
    return new Set(taken.map(({ _id }) => _id));
  }

  /** Whether another account has the identity, even a malformed one, or it is kept for one. */
  async isTaken(
    key: string,
    accountId: string | undefined,
    context: OperationContext,
  ): Promise<boolean> {
    const found = await this.#repository.findByKeys([key], context);
    const [taken] = found.length === 0 ? [] : await this.releaseStale(found, context);
    return taken !== undefined && ownerIdOf(taken) !== accountId;
  }

  /** @returns the id of the account that the identity is kept for; `undefined` if it is not kept */
  async findReserver(key: string, context: OperationContext): Promise<string | undefined> {
    const [found] = await this.#repository.findByKeys([key], context);
    return found !== undefined && this.#isReserved(found) ? ownerIdOf(found) : undefined;
  }

  #isReserved({ reserved_until: until }: AccountIdentityDocument): boolean {
    return until !== undefined && until > this.#clock.now();
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
