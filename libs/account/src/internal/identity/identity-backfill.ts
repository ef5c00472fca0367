import type { OperationContext } from '@org/core';
import { DuplicateKeyError, MalformedDocumentError } from '@org/core/store';

import type { IdentityProgress } from '../../types.ts';
import type { CompleteDependencies } from '../account-dependencies.ts';
import { ownerIdOf, type OwnedIdentity } from '../store/account-identity-model.ts';
import { AccountIdentityRepository } from '../store/account-identity-repository.ts';
import { AccountModel } from '../store/account-model.ts';
import { AccountRepository, type NamesDocument } from '../store/account-repository.ts';
import type { IdentityStateDocument } from '../store/identity-state-model.ts';
import { IdentityStateRepository } from '../store/identity-state-repository.ts';
import { AccountIdentities } from './account-identities.ts';
import { ownedIdentitiesOf } from './identity-key.ts';

/** Few enough that the accounts' owners hardly notice the transaction. */
const PAGE_SIZE = 200;
const DAY_MILLISECONDS = 24 * 60 * 60_000;
/** A sign-up may take a name of the page that was just read. */
const PAGE_ATTEMPTS = 5;

/** Names that no identity stands for. */
export interface IdentityGaps {
  /** Active accounts that lack an identity; another account has it if they collide. */
  readonly lacking: readonly NamesDocument[];
  readonly colliding: readonly NamesDocument[];
}

/**
 * Stores the identities of accounts that an earlier version stored, and frees those of accounts that
 * it deleted, page by page: what one transaction stores, a later one does not do again.
 */
export class IdentityBackfill {
  readonly #dependencies: Pick<CompleteDependencies, 'clock' | 'database'>;
  readonly #accounts: AccountRepository;
  readonly #identities: AccountIdentities;
  readonly #repository: AccountIdentityRepository;
  readonly #states: IdentityStateRepository;

  constructor(dependencies: CompleteDependencies) {
    this.#dependencies = dependencies;
    this.#accounts = new AccountRepository(dependencies);
    this.#identities = new AccountIdentities(dependencies);
    this.#repository = new AccountIdentityRepository(dependencies);
    this.#states = new IdentityStateRepository(dependencies);
  }

  /** Continues a pass that was interrupted, or begins one if the latest is a day old. */
  async runIfDue(signal: AbortSignal, context: OperationContext): Promise<void> {
    const state = await this.#states.read(context);
    const { state: of, cursor, passed_at: passedAt } = state ?? { state: 'complete' as const };
    const age = passedAt == null ? Infinity : this.#now() - passedAt.getTime();
    if (of === 'mixed' && (cursor !== null || age >= DAY_MILLISECONDS)) {
      await this.run(signal, context);
    }
  }

  async run(signal: AbortSignal, context: OperationContext): Promise<void> {
    let isThrough: boolean;
    do {
      signal.throwIfAborted();
      isThrough = await this.#storePage(context);
    } while (!isThrough);
    await this.#releaseStale(signal, context);
  }

  async getProgress(context: OperationContext): Promise<IdentityProgress> {
    const [stored, accountsTotal] = await Promise.all([
      this.#states.read(context),
      this.#accounts.estimateCount(context),
    ]);
    const { accounts_seen: accountsSeen = 0, passed_at: passedAt = null } = stored ?? {};
    return { accountsSeen, accountsTotal, passedAt };
  }

  /** Everything that {@link run} would still have to do, page by page, and what it cannot do. */
  async *findGaps(context: OperationContext): AsyncGenerator<IdentityGaps, void, undefined> {
    let page: readonly NamesDocument[] = [];
    do {
      page = await this.#accounts.findNamesAfter(page.at(-1)?._id ?? null, PAGE_SIZE, context);
      const { lacking, colliding } = await this.#compare(page, context);
      yield { lacking: accountsOf(lacking, page), colliding: accountsOf(colliding, page) };
    } while (page.length === PAGE_SIZE);
  }

  /** @returns whether it was the last */
  async #storePage(context: OperationContext): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#dependencies.database.withTransaction(context, (transaction) =>
          this.#storePageOnce(transaction),
        );
      } catch (error) {
        if (!(error instanceof DuplicateKeyError) || attempt === PAGE_ATTEMPTS) {
          throw error;
        }
      }
    }
  }

  async #storePageOnce(transaction: OperationContext): Promise<boolean> {
    const { cursor, accounts_seen: seen } = (await this.#states.read(
      transaction,
    )) as IdentityStateDocument;
    const page = await this.#accounts.findNamesAfter(cursor, PAGE_SIZE, transaction);
    const { lacking } = await this.#compare(page, transaction);
    const changed = accountsOf(lacking, page).filter((account) => this.#isCountable(account));
    const ids = changed.map(({ _id }) => _id);
    await this.#accounts.countIdentityChange(ids, transaction);
    await this.#repository.store(lacking, transaction);
    const accounts_seen = (cursor === null ? 0 : seen) + page.length;
    const last = page.length < PAGE_SIZE ? undefined : page.at(-1);
    await this.#states.update(
      last === undefined
        ? { cursor: null, accounts_seen, passed_at: new Date(this.#now()) }
        : { cursor: last._id, accounts_seen },
      transaction,
    );
    return last === undefined;
  }

  /** Reports a malformed account. It keeps its names, and nobody can change it meanwhile. */
  #isCountable({ _id, identity_version: version = 0 }: NamesDocument): boolean {
    if (typeof version === 'number') {
      return true;
    }
    const problem = 'identity_version is not a number';
    const name = AccountModel.getCollectionName();
    const malformed = new MalformedDocumentError(name, _id.toHexString(), problem);
    this.#dependencies.database.reportMalformedDocument(malformed);
    return false;
  }

  /**
   * Which identities the accounts lack, and which of those others have. Of two accounts that collide,
   * the older one gets the name.
   */
  async #compare(
    page: readonly NamesDocument[],
    context: OperationContext,
  ): Promise<Record<keyof IdentityGaps, readonly OwnedIdentity[]>> {
    const wanted = page.flatMap(ownedIdentitiesOf);
    const keys = [...new Set(wanted.map(({ key }) => key))];
    const found = await this.#repository.findByKeys(keys, context);
    const taken = await this.#identities.releaseStale(found, context);
    const owners = new Map(taken.map((identity) => [identity._id, ownerIdOf(identity)]));
    const lacking: OwnedIdentity[] = [];
    const colliding: OwnedIdentity[] = [];
    for (const identity of wanted) {
      const owner = owners.get(identity.key);
      if (owner === undefined) {
        owners.set(identity.key, identity.accountId);
        lacking.push(identity);
      } else if (owner !== identity.accountId) {
        colliding.push(identity);
      }
    }
    return { lacking, colliding };
  }

  async #releaseStale(signal: AbortSignal, context: OperationContext): Promise<void> {
    let key = '';
    for (;;) {
      signal.throwIfAborted();
      const page = await this.#repository.findAfter(key, PAGE_SIZE, context);
      await this.#identities.releaseStale(page, context);
      const last = page.at(-1);
      if (last === undefined) {
        return;
      }
      key = last._id;
    }
  }

  #now(): number {
    return this.#dependencies.clock.now().getTime();
  }
}

function accountsOf(
  identities: readonly OwnedIdentity[],
  page: readonly NamesDocument[],
): readonly NamesDocument[] {
  const ids = new Set(identities.map(({ accountId }) => accountId));
  return page.filter(({ _id }) => ids.has(_id.toHexString()));
}
