import { toNameKey, type OperationContext, type PhoneNumber } from '@org/core';
import {
  ApplicationRepository,
  createIndexes,
  DuplicateKeyError,
  parseObjectId,
  type CollectionReport,
  type NewDocument,
  type RepositoryDependencies,
} from '@org/core/store';

import {
  accountCollection,
  uniquePhoneNumber,
  uniqueUsername,
  USERNAME_COLLATION,
  type AccountDocument,
} from './account-model.ts';
import { AccountNameLockRepository } from './account-name-lock-repository.ts';

const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}]/u;

/**
 * Storage of accounts. No two active ones have the same username or phone number: by a unique index
 * or, where two documents already do, by a look and a lock in the transaction.
 */
export class AccountRepository extends ApplicationRepository<AccountDocument> {
  readonly #nameLocks: AccountNameLockRepository;
  #missingIndexes: ReadonlySet<string | undefined> = new Set();

  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, accountCollection);
    this.#nameLocks = new AccountNameLockRepository(dependencies);
  }

  override async onInitCollection(): Promise<CollectionReport> {
    const report = await super.onInitCollection();
    this.#missingIndexes = new Set(report.indexConflicts.map(({ indexName }) => indexName));
    if (this.#missingIndexes.size > 0) {
      await this.#nameLocks.onInitCollection();
      await this.#createSubstituteIndexes();
    }
    return report;
  }

  /** Queries by `_id` alone, which MongoDB answers without planning. */
  async findActiveById(
    id: string,
    context: OperationContext,
  ): Promise<AccountDocument | undefined> {
    const _id = parseObjectId(id);
    const found = _id && (await this.findOne({ _id }, context));
    return found?.active === true ? found : undefined;
  }

  /**
   * By the index, which compares as `toNameKey` does or stricter.
   *
   * @param spellings of one username, in order of preference
   * @returns where earlier accounts have the name in different cases, that of the first spelling
   */
  async findActiveByUsername(
    spellings: readonly string[],
    context: OperationContext,
  ): Promise<AccountDocument | undefined> {
    const found = await this.#findByCollation(spellings, context);
    const spelt = spellings.flatMap((spelling) =>
      found.filter(({ username }) => username === spelling),
    );
    // What does not show gives a name endless spellings; they find nobody who is not stored so.
    const keys = spellings.filter((spelling) => !INVISIBLE.test(spelling)).map(toNameKey);
    return spelt[0] ?? found.find(({ username }) => keys.includes(toNameKey(username)));
  }

  /** @returns where two earlier accounts have the number, the older one */
  async findActiveByPhoneNumber(
    { countryCode, phoneNumber }: PhoneNumber,
    context: OperationContext,
  ): Promise<AccountDocument | undefined> {
    // Nobody's, and not in the index: MongoDB would look at every account.
    if (phoneNumber === '') {
      return undefined;
    }
    return this.findOne(
      {
        active: true,
        'phone_number.country_code': countryCode,
        'phone_number.phone_number': phoneNumber,
      },
      context,
    );
  }

  /** @throws DuplicateKeyError when another active account has the username or phone number */
  async insertActive(
    document: NewDocument<AccountDocument>,
    transaction: OperationContext,
  ): Promise<AccountDocument> {
    await this.#assertNamesAreFree(document, transaction);
    return this.insertOne(document, transaction);
  }

  async findDeletedSince(
    id: string,
    since: Date,
    context: OperationContext,
  ): Promise<AccountDocument | undefined> {
    const _id = parseObjectId(id);
    return _id && this.findOne({ _id, active: false, deleted_at: { $gt: since } }, context);
  }

  /**
   * @returns `undefined` if the account is no longer deleted
   * @throws DuplicateKeyError when another active account has the username or phone number
   */
  async restore(
    deleted: AccountDocument,
    transaction: OperationContext,
  ): Promise<AccountDocument | undefined> {
    await this.#assertNamesAreFree(deleted, transaction);
    return this.findOneAndUpdate(
      { _id: deleted._id, active: false },
      { $set: { active: true }, $unset: { deleted_at: true } },
      transaction,
    );
  }

  /**
   * Looks where no unique index will refuse. What is stored after the look makes the lock conflict, and
   * the transaction start again.
   *
   * @throws DuplicateKeyError when an active account has the username or phone number
   */
  async #assertNamesAreFree(
    { username, phone_number: number }: Pick<AccountDocument, 'username' | 'phone_number'>,
    transaction: OperationContext,
  ): Promise<void> {
    if (username !== '' && this.#missingIndexes.has(uniqueUsername.options?.name)) {
      const [taken] = await this.#findByCollation([username], transaction);
      refuse('username', taken);
      await this.#nameLocks.lock(username, transaction);
    }
    // An earlier backend may have left the field out.
    if (number && this.#missingIndexes.has(uniquePhoneNumber.options?.name)) {
      const { country_code: countryCode, phone_number: phoneNumber } = number;
      const taken = await this.findActiveByPhoneNumber({ countryCode, phoneNumber }, transaction);
      refuse('phone_number.phone_number', taken);
      await this.#nameLocks.lock(countryCode + phoneNumber, transaction);
    }
  }

  async #findByCollation(
    [first, ...others]: readonly string[],
    context: OperationContext,
  ): Promise<readonly AccountDocument[]> {
    if (first === undefined) {
      return [];
    }
    const username = others.length === 0 ? first : { $in: [first, ...others] };
    const options = { collation: USERNAME_COLLATION };
    return this.find({ active: true, username }, context, options);
  }

  /** Without the unique index, its queries would read the whole collection. */
  async #createSubstituteIndexes(): Promise<void> {
    const missing = [uniqueUsername, uniquePhoneNumber].filter(({ options }) =>
      this.#missingIndexes.has(options?.name),
    );
    await createIndexes(
      this.collection(),
      missing.map(({ keys, options: { name = '', ...options } = {} }) => ({
        // Another key, so that the unique index can be built once nothing collides any more.
        keys: { ...keys, _id: 1 },
        options: { ...options, unique: false, name: name.replace('_unique', '_substitute') },
      })),
    );
  }
}

function refuse(field: string, taken: AccountDocument | undefined): void {
  if (taken !== undefined) {
    throw new DuplicateKeyError([field], undefined);
  }
}
