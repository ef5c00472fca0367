import type { Clock, OperationContext } from '@org/core';
import {
  ApplicationRepository,
  representationsOf,
  type RepositoryDependencies,
} from '@org/core/store';

import {
  AccountIdentityModel,
  IDENTITY_COLLECTION,
  type AccountIdentityDocument,
  type OwnedIdentity,
} from './account-identity-model.ts';

/** The names of accounts: the `_id` alone decides whose a name is. */
export class AccountIdentityRepository extends ApplicationRepository<AccountIdentityDocument> {
  readonly #clock: Clock;

  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: IDENTITY_COLLECTION,
      schema: {
        bsonType: 'object',
        required: ['_id', 'account_id', 'kind', 'value', 'created_at', 'updated_at'],
        properties: {
          _id: { bsonType: 'string' },
          account_id: { bsonType: 'string' },
          kind: { bsonType: 'string' },
          value: { bsonType: 'string' },
          verified_at: { bsonType: ['date', 'null'] },
          reserved_until: { bsonType: 'date' },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      // The account's own record has its names.
      unaudited: 'everything',
      indexes: [
        { keys: { account_id: 1 } },
        // For cleanup only; whoever reads a reservation checks its own time.
        { keys: { reserved_until: 1 }, options: { expireAfterSeconds: 0 } },
      ],
    });
    this.#clock = dependencies.database.clock;
  }

  /**
   * Also changes identities that the account has already, so that whoever takes one away at the
   * same time conflicts.
   *
   * @throws DuplicateKeyError if another account has one; the transaction is lost then
   */
  async store(identities: readonly OwnedIdentity[], transaction: OperationContext): Promise<void> {
    const now = this.#clock.now();
    const upserts = identities.map(
      ({ key, accountId, kind, value, verifiedAt, reservedUntil: until }) => ({
        updateOne: {
          filter: { _id: key, account_id: { $in: representationsOf(accountId) as string[] } },
          update: {
            $set: {
              account_id: accountId,
              kind,
              value,
              updated_at: now,
              ...(until && { reserved_until: until }),
            },
            ...(until ? {} : { $unset: { reserved_until: true as const } }),
            $setOnInsert: { verified_at: verifiedAt, created_at: now },
          },
          upsert: true,
        },
      }),
    );
    if (upserts.length > 0) {
      await this.database.runIn(transaction, (session) =>
        this.collection().bulkWrite(upserts, session),
      );
    }
  }

  /**
   * Stores identities that nobody may have yet.
   *
   * @throws DuplicateKeyError if any account has one; the transaction is lost then
   */
  async insert(identities: readonly OwnedIdentity[], transaction: OperationContext): Promise<void> {
    const documents = identities.map(({ key, accountId, kind, value, verifiedAt }) => ({
      _id: key,
      ...{ account_id: accountId, kind, value, verified_at: verifiedAt },
    }));
    await this.insertMany(documents, transaction);
  }

  async findByKeys(
    keys: readonly string[],
    context: OperationContext,
  ): Promise<readonly AccountIdentityDocument[]> {
    return keys.length === 0 ? [] : this.find({ _id: { $in: [...keys] } }, context);
  }

  /** Those that the account has, of these. */
  async releaseAll(
    accountId: string,
    keys: readonly string[],
    transaction: OperationContext,
  ): Promise<void> {
    if (keys.length > 0) {
      await this.deleteMany({ _id: { $in: [...keys] }, account_id: accountId }, transaction);
    }
  }

  /** @param keys default: all */
  async releaseReserved(
    accountId: string,
    transaction: OperationContext,
    keys?: readonly string[],
  ): Promise<void> {
    const among = keys === undefined ? {} : { _id: { $in: [...keys] } };
    const filter = { ...among, account_id: accountId, reserved_until: { $exists: true } };
    await this.deleteMany(filter, transaction);
  }

  /**
   * Those of an account of any state, but for malformed ones, which are reported. They are documents
   * all the same: whose a name is depends on no other field.
   */
  async findByAccountId(
    accountId: string,
    context: OperationContext,
  ): Promise<readonly AccountIdentityModel[]> {
    const found = await this.find({ account_id: accountId }, context, { sort: { _id: 1 } });
    return found.flatMap((identity) => {
      try {
        return [AccountIdentityModel.fromBson(identity)];
      } catch (error) {
        this.check.reportOrThrow(error);
        return [];
      }
    });
  }

  async deleteByAccountId(accountId: string, transaction: OperationContext): Promise<void> {
    await this.deleteMany({ account_id: accountId }, transaction);
  }

  /** Unless somebody wrote it since it was read. */
  async releaseUnchanged(
    { _id, account_id, updated_at }: AccountIdentityDocument,
    context: OperationContext,
  ): Promise<void> {
    await this.deleteOne({ _id, account_id, updated_at }, context);
  }

  async markVerified(key: string, accountId: string, transaction: OperationContext): Promise<void> {
    const $set = { verified_at: this.#clock.now() };
    await this.updateMany({ _id: key, account_id: accountId }, { $set }, transaction);
  }

  /** In the order of their keys. */
  async findAfter(
    key: string,
    limit: number,
    context: OperationContext,
  ): Promise<readonly AccountIdentityDocument[]> {
    return this.find({ _id: { $gt: key } }, context, { sort: { _id: 1 }, limit });
  }
}
