import { toNameKey, type OperationContext, type PhoneNumber } from '@org/core';
import {
  ApplicationRepository,
  createIndexes,
  type CollectionDefinition,
  parseObjectId,
  type RepositoryDependencies,
} from '@org/core/store';

import {
  accountCollection,
  AccountModel,
  uniquePhoneNumber,
  uniqueUsername,
  USERNAME_COLLATION,
  type AccountDocument,
} from './account-model.ts';

export interface AccountRepositoryDependencies extends RepositoryDependencies {
  /** Adds the fields that a program declared. */
  readonly fields: { addTo(collection: CollectionDefinition): CollectionDefinition };
}

const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}]/u;

/**
 * Stores accounts. No two active ones have the same username or phone number: this is enforced by a
 * unique index, or by `UniqueNames` if two earlier documents already collide.
 */
export class AccountRepository extends ApplicationRepository<AccountDocument> {
  constructor({ fields, ...dependencies }: AccountRepositoryDependencies) {
    const fromBson = (document: object) => AccountModel.fromBson(document);
    super(dependencies, fields.addTo({ ...accountCollection, fromBson }));
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
   * Uses the index, which compares like `toNameKey` or more strictly.
   *
   * @param spellings of one username, in order of preference
   * @returns the first spelling's account, if earlier accounts have the name in different cases
   */
  async findActiveByUsername(
    spellings: readonly string[],
    context: OperationContext,
  ): Promise<AccountDocument | undefined> {
    const found = await this.findActiveByCollation(spellings, context);
    const spelt = spellings.flatMap((spelling) =>
      found.filter(({ username }) => username === spelling),
    );
    // Invisible characters give a name endless spellings; they only match what is stored.
    const keys = spellings.filter((spelling) => !INVISIBLE.test(spelling)).map(toNameKey);
    return spelt[0] ?? found.find(({ username }) => keys.includes(toNameKey(username)));
  }

  /** @returns the older account, if two earlier ones have the number */
  async findActiveByPhoneNumber(
    { countryCode, phoneNumber }: PhoneNumber,
    context: OperationContext,
  ): Promise<AccountDocument | undefined> {
    // No account has it, and it is not in the index: MongoDB would scan every account.
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
   * @throws DuplicateKeyError if another active account has the username or phone number
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

  /** Accounts whose usernames the unique index treats as equal. */
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

  /** Without the unique index, its queries would scan the whole collection. */
  async createSubstituteIndexes(missingNames: ReadonlySet<string | undefined>): Promise<void> {
    const missing = [uniqueUsername, uniquePhoneNumber].filter(({ options }) =>
      missingNames.has(options?.name),
    );
    await createIndexes(
      this.collection(),
      missing.map(({ keys, options: { name = '', ...options } = {} }) => ({
        // A different key, so that the unique index can be built once the collisions are gone.
        keys: { ...keys, _id: 1 },
        options: { ...options, unique: false, name: name.replace('_unique', '_substitute') },
      })),
    );
  }
}
