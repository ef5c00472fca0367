import type { OperationContext, PhoneNumber } from '@org/core';
import {
  ApplicationRepository,
  createIndexes,
  dropIndexes,
  type CollectionDefinition,
  type CollectionReport,
  parseObjectId,
  type RepositoryDependencies,
} from '@org/core/store';
import { ObjectId, type Filter } from 'mongodb';

import {
  IDENTITY_COLLECTION,
  NAMES,
  type AccountIdentityDocument,
} from './account-identity-model.ts';
import {
  ACCOUNT_INDEXES,
  substituteFor,
  UNIQUE_NAMES,
  USERNAME_COLLATION,
} from './account-index-model.ts';
import { accountCollection, AccountModel, type AccountDocument } from './account-model.ts';
import { preferSpelling } from './spelling-model.ts';

export interface AccountRepositoryDependencies extends RepositoryDependencies {
  /** Adds the fields that a program declared. */
  readonly fields: { addTo(collection: CollectionDefinition): CollectionDefinition };
}

/** What an account is called, whatever another program made of it. */
export type NamesDocument = Pick<AccountDocument, '_id' | keyof typeof NAMES>;

type Owner = Pick<AccountIdentityDocument, '_id' | 'account_id'>;

/**
 * Stores accounts. No two active ones have the same username or phone number: this is enforced by a
 * unique index, or by `UniqueNames` if two earlier documents already collide.
 */
export class AccountRepository extends ApplicationRepository<AccountDocument> {
  constructor({ fields, ...dependencies }: AccountRepositoryDependencies) {
    const fromBson = (document: object) => AccountModel.fromBson(document);
    super(dependencies, fields.addTo({ ...accountCollection, indexes: ACCOUNT_INDEXES, fromBson }));
  }

  /** @param hasUniqueNames whether indexes keep usernames and phone numbers unique */
  async initialize(hasUniqueNames: boolean): Promise<CollectionReport> {
    return this.onInitCollection(hasUniqueNames ? [] : UNIQUE_NAMES);
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
    return preferSpelling(await this.findActiveByCollation(spellings, context), spellings);
  }

  /**
   * The active accounts that have these identities, in one round trip; in a transaction in two, since
   * MongoDB before 8 joins no sharded collection inside one.
   *
   * @param keys of identities
   */
  async findActiveByIdentities(
    keys: readonly string[],
    context: OperationContext,
  ): Promise<readonly AccountDocument[]> {
    if (keys.length === 0) {
      return [];
    }
    // A reserved one serves no log-in.
    const serving = { _id: { $in: [...keys] }, reserved_until: null };
    const identities = this.database.collection<Owner>(IDENTITY_COLLECTION);
    if (context.transaction !== undefined) {
      const owners = await this.database.runIn(context, (session) =>
        identities.find(serving, session).toArray(),
      );
      const _ids = owners.flatMap(({ account_id: id }) => parseObjectId(id) ?? []);
      return _ids.length === 0 ? [] : this.find({ _id: { $in: _ids }, active: true }, context);
    }
    const accountId = { input: '$account_id', to: 'objectId', onError: null };
    const pipeline = [
      { $match: serving },
      { $set: { account: { $convert: accountId } } },
      {
        $lookup: {
          from: AccountModel.getCollectionName(),
          localField: 'account',
          foreignField: '_id',
          as: 'account',
        },
      },
      { $unwind: '$account' },
      { $replaceRoot: { newRoot: '$account' } },
      { $match: { active: true } },
    ];
    const read = await this.database.run(() =>
      identities.aggregate<AccountDocument>(pipeline).toArray(),
    );
    const found = this.check.withoutMalformed(read);
    await this.audited.recordRead(found, context);
    return found;
  }

  /** The names of active accounts, also of malformed ones; leaves no audit record. */
  async findNamesByIds(
    ids: readonly string[],
    context: OperationContext,
  ): Promise<readonly NamesDocument[]> {
    const _ids = ids.flatMap((id) => parseObjectId(id) ?? []);
    return this.#findNames({ _id: { $in: _ids }, active: true }, context);
  }

  /** The same, of those after an id, or of all, in the order of their ids. */
  async findNamesAfter(
    id: ObjectId | null,
    limit: number,
    context: OperationContext,
  ): Promise<readonly NamesDocument[]> {
    const _id = { $gt: id ?? ObjectId.createFromHexString('0'.repeat(24)) };
    return this.#findNames({ _id, active: true }, context, limit);
  }

  async #findNames(
    filter: Filter<AccountDocument>,
    context: OperationContext,
    limit = 0,
  ): Promise<readonly NamesDocument[]> {
    return this.findUnrecorded(filter, context, { projection: NAMES, sort: { _id: 1 }, limit });
  }

  /** Makes whoever changes one of these accounts at the same time conflict. */
  async countIdentityChange(
    ids: readonly ObjectId[],
    transaction: OperationContext,
  ): Promise<void> {
    if (ids.length > 0) {
      await this.database.runIn(transaction, (session) =>
        this.collection().updateMany(
          { _id: { $in: [...ids] } },
          { $inc: { identity_version: 1 } },
          session,
        ),
      );
    }
  }

  /** Makes whoever changes or deletes the account at the same time conflict, and nothing else. */
  async lockContacts(_id: ObjectId, transaction: OperationContext): Promise<void> {
    await this.database.runIn(transaction, (session) =>
      this.collection().updateOne({ _id }, { $set: { contact_lock: new ObjectId() } }, session),
    );
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
   * @param without fields of contacts that it loses
   * @returns `undefined` if the account is no longer deleted
   * @throws DuplicateKeyError if another active account has the username or phone number
   */
  async restore(
    deleted: AccountDocument,
    without: Partial<Pick<AccountDocument, 'email' | 'email_verified' | 'phone_number'>>,
    transaction: OperationContext,
  ): Promise<AccountDocument | undefined> {
    return this.findOneAndUpdate(
      { _id: deleted._id, active: false },
      {
        $set: { ...without, active: true },
        $unset: { deleted_at: true },
        $inc: { identity_version: 1 },
      },
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

  async estimateCount(context: OperationContext): Promise<number> {
    return this.database.runIn(context, () => this.collection().estimatedDocumentCount());
  }

  /** Identities keep names unique from then on, and accounts are found by them. */
  async dropNameIndexes(): Promise<void> {
    const substitutes = UNIQUE_NAMES.map(substituteFor);
    await dropIndexes(this.collection(), [...UNIQUE_NAMES, ...substitutes]);
  }

  /** Without the unique index, its queries would scan the whole collection. */
  async createSubstituteIndexes(missingNames: ReadonlySet<string | undefined>): Promise<void> {
    const missing = UNIQUE_NAMES.filter(({ options }) => missingNames.has(options?.name));
    await createIndexes(this.collection(), missing.map(substituteFor));
  }
}
