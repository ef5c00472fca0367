import { toNameKey, type OperationContext, type PhoneNumber } from '@org/core';
import {
  ApplicationRepository,
  createIndexes,
  parseObjectId,
  type RepositoryDependencies,
} from '@org/core/store';

import {
  accountCollection,
  uniquePhoneNumber,
  uniqueUsername,
  USERNAME_COLLATION,
  type AccountDocument,
} from './account-model.ts';

const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}]/u;

/**
 * Storage of accounts. No two active ones have the same username or phone number: by a unique index, or
 * by `UniqueNames` where two earlier documents already do.
 */
export class AccountRepository extends ApplicationRepository<AccountDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, accountCollection);
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
    const found = await this.findActiveByCollation(spellings, context);
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
    return this.findOneAndUpdate(
      { _id: deleted._id, active: false },
      { $set: { active: true }, $unset: { deleted_at: true } },
      transaction,
    );
  }

  /** Accounts whose username the unique index holds for the same. */
  async findActiveByCollation(
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
  async createSubstituteIndexes(missingNames: ReadonlySet<string | undefined>): Promise<void> {
    const missing = [uniqueUsername, uniquePhoneNumber].filter(({ options }) =>
      missingNames.has(options?.name),
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
