import type { OperationContext, PhoneNumber } from '@org/core';
import {
  ApplicationRepository,
  DuplicateKeyError,
  parseObjectId,
  type CollectionDefinition,
  type CollectionReport,
  type IndexDefinition,
  type NewDocument,
  type RepositoryDependencies,
} from '@org/core/store';
import type { Filter, UpdateFilter } from 'mongodb';

import { AccountModel, USERNAME_COLLATION, type AccountDocument } from './account-model.ts';

const WITH_USERNAME = { active: true, username: { $gt: '' } };
// Without the second condition every account without a number collides on null.
const WITH_PHONE_NUMBER = { active: true, 'phone_number.phone_number': { $gt: '' } };

const uniqueUsername: IndexDefinition = {
  keys: { username: 1 },
  options: {
    name: 'active_username_unique',
    unique: true,
    collation: USERNAME_COLLATION,
    partialFilterExpression: WITH_USERNAME,
  },
};
const uniquePhoneNumber: IndexDefinition = {
  keys: { 'phone_number.country_code': 1, 'phone_number.phone_number': 1 },
  options: {
    name: 'active_phone_number_unique',
    unique: true,
    partialFilterExpression: WITH_PHONE_NUMBER,
  },
};

const accounts: CollectionDefinition = {
  name: AccountModel.getCollectionName(),
  schema: {
    bsonType: 'object',
    required: ['active', 'first_name', 'last_name', 'username', 'hashed_password'],
    properties: {
      active: { bsonType: 'bool' },
      first_name: { bsonType: 'string' },
      last_name: { bsonType: 'string' },
      username: { bsonType: 'string' },
      hashed_password: { bsonType: 'string' },
      phone_number: {
        bsonType: ['object', 'null'],
        required: ['country_code', 'phone_number'],
        properties: {
          country_code: { bsonType: 'string' },
          phone_number: { bsonType: 'string' },
        },
      },
      phone_number_proved: { bsonType: 'bool' },
      deleted_at: { bsonType: 'date' },
      created_at: { bsonType: 'date' },
      updated_at: { bsonType: 'date' },
    },
  },
  ownerOf: ({ _id }) => String(_id),
  // Who sets a password records the event that it is: authn_password_change, authn_password_rehash.
  unaudited: { fields: ['hashed_password'] },
  indexes: [
    uniqueUsername,
    uniquePhoneNumber,
    {
      keys: { deleted_at: 1 },
      options: {
        name: 'deleted_at_index',
        partialFilterExpression: { active: false, deleted_at: { $exists: true } },
      },
    },
    {
      keys: { created_at: 1 },
      options: {
        name: 'unproved_created_at_index',
        partialFilterExpression: { active: true, phone_number_proved: false },
      },
    },
  ],
};

/** What stands in for a unique index that earlier documents keep from being built. */
export interface NameClaims {
  onInitCollection(): Promise<CollectionReport>;
  /** Makes transactions that give out the same name follow one another. */
  claim(name: string, transaction: OperationContext): Promise<void>;
}

/**
 * Storage of accounts. No two active ones have the same username or phone number: by a unique index
 * or, on data in which two already do, by a claim and a look in the transaction.
 */
export class AccountRepository extends ApplicationRepository<AccountDocument> {
  readonly #claims: NameClaims;
  #missingIndexes: ReadonlySet<string | undefined> = new Set();

  constructor(dependencies: RepositoryDependencies, claims: NameClaims) {
    super(dependencies, accounts);
    this.#claims = claims;
  }

  override async onInitCollection(): Promise<CollectionReport> {
    const report = await super.onInitCollection();
    this.#missingIndexes = new Set(report.indexConflicts.map(({ indexName }) => indexName));
    if (this.#missingIndexes.size > 0) {
      await this.#claims.onInitCollection();
      await this.#createSubstituteIndexes();
    }
    return report;
  }

  async findActiveById(id: string, context: OperationContext): Promise<AccountDocument | undefined> {
    const _id = parseObjectId(id);
    return _id && this.findOne({ _id, active: true }, context);
  }

  /**
   * @param spellings of one username, in order of preference
   * @returns where earlier accounts have the name in different cases, that of the first spelling
   */
  async findActiveByUsername(
    spellings: readonly string[],
    context: OperationContext,
  ): Promise<AccountDocument | undefined> {
    const [only, ...others] = spellings;
    if (only === undefined) {
      return undefined;
    }
    const username = others.length === 0 ? only : { $in: spellings };
    const found = await this.find({ active: true, username }, context, {
      collation: USERNAME_COLLATION,
    });
    const spelt = spellings.flatMap((spelling) =>
      found.filter((account) => account.username === spelling),
    );
    return spelt[0] ?? found[0];
  }

  /** @returns where two earlier accounts have the number, the older one */
  async findActiveByPhoneNumber(
    { countryCode, phoneNumber }: PhoneNumber,
    context: OperationContext,
  ): Promise<AccountDocument | undefined> {
    return this.findOne(
      {
        active: true,
        'phone_number.country_code': countryCode,
        'phone_number.phone_number': phoneNumber,
      } as Filter<AccountDocument>,
      context,
    );
  }

  /** @returns `undefined` when there is no active account of this id */
  async updateActive(
    id: string,
    update: UpdateFilter<AccountDocument>,
    context: OperationContext,
  ): Promise<AccountDocument | undefined> {
    const _id = parseObjectId(id);
    return _id && this.findOneAndUpdate({ _id, active: true }, update, context);
  }

  /** @throws DuplicateKeyError when another active account has the username or phone number */
  async insertActive(
    document: NewDocument<AccountDocument>,
    transaction: OperationContext,
  ): Promise<AccountDocument> {
    await this.assertNamesAreFree(document, transaction);
    return this.insertOne(document, transaction);
  }

  /**
   * Looks where no unique index will refuse.
   *
   * @throws DuplicateKeyError when an active account has the username or phone number
   */
  async assertNamesAreFree(
    { username, phone_number: number }: Pick<AccountDocument, 'username' | 'phone_number'>,
    transaction: OperationContext,
  ): Promise<void> {
    if (username !== '' && this.#missingIndexes.has(uniqueUsername.options?.name)) {
      await this.#claims.claim(username, transaction);
      refuse('username', await this.findActiveByUsername([username], transaction));
    }
    if (number !== null && this.#missingIndexes.has(uniquePhoneNumber.options?.name)) {
      const { country_code: countryCode, phone_number: phoneNumber } = number;
      await this.#claims.claim(countryCode + phoneNumber, transaction);
      refuse(
        'phone_number.phone_number',
        await this.findActiveByPhoneNumber({ countryCode, phoneNumber }, transaction),
      );
    }
  }

  /** Without the unique index, its queries would read the whole collection. */
  async #createSubstituteIndexes(): Promise<void> {
    for (const { keys, options } of [uniqueUsername, uniquePhoneNumber]) {
      if (this.#missingIndexes.has(options?.name)) {
        const { name, unique: _, ...others } = { name: '', ...options };
        // Another key, so that the unique index can be built once nothing collides any more.
        const substitute = { ...others, name: name.replace('_unique', '_substitute') };
        await this.collection().createIndex({ ...keys, _id: 1 }, substitute);
      }
    }
  }
}

function refuse(field: string, taken: AccountDocument | undefined): void {
  if (taken !== undefined) {
    throw new DuplicateKeyError([field], undefined);
  }
}
