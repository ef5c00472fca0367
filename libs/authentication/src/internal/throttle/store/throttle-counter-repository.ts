import type { OperationContext } from '@org/core';
import {
  ApplicationRepository,
  DuplicateKeyError,
  type Database,
  type RepositoryDependencies,
} from '@org/core/store';
import type { Document } from 'mongodb';

import {
  ThrottleCounterModel,
  withoutMalformed,
  type ThrottleCounterDocument,
} from './throttle-counter-model.ts';

const MAXIMUM_ATTEMPTS = 3;

export class ThrottleCounterRepository extends ApplicationRepository<ThrottleCounterDocument> {
  readonly #database: Database;

  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: ThrottleCounterModel.getCollectionName(),
      schema: {
        bsonType: 'object',
        required: ['key', 'expires_at'],
        properties: {
          key: { bsonType: 'string' },
          hits: { bsonType: 'array', items: { bsonType: 'date' } },
          is_allowed: { bsonType: 'bool' },
          failures: { bsonType: 'number' },
          blocked_until: { bsonType: ['date', 'null'] },
          pending: { bsonType: 'array' },
          account_id: { bsonType: 'string' },
          known: { bsonType: 'object' },
          is_known: { bsonType: 'bool' },
          expires_at: { bsonType: 'date' },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      // Counters are not worth auditing; the service records refusals.
      unaudited: 'everything',
      indexes: [
        { keys: { key: 1 }, options: { unique: true } },
        { keys: { expires_at: 1 }, options: { expireAfterSeconds: 0 } },
        { keys: { account_id: 1 }, options: { sparse: true } },
      ],
    });
    this.#database = dependencies.database;
  }

  /**
   * Changes or creates the counter of this key atomically, based on its current values.
   *
   * @param stages of an aggregation; only a pipeline update can make decisions
   * @returns the counter after the change
   */
  async upsertByPipeline(
    key: string,
    stages: readonly Document[],
    context: OperationContext,
  ): Promise<ThrottleCounterDocument> {
    const now = this.#database.clock.now();
    const stamp = {
      $set: {
        key: { $literal: key },
        created_at: { $ifNull: ['$created_at', now] },
        updated_at: now,
      },
    };
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#upsert(key, [withoutMalformed, ...stages, stamp], context);
      } catch (error) {
        // Another process has just created it, so it can be changed now. Inside a transaction,
        // there is no way to continue.
        const isLost = !(error instanceof DuplicateKeyError) || context.transaction !== undefined;
        if (isLost || attempt === MAXIMUM_ATTEMPTS) {
          throw error;
        }
      }
    }
  }

  /** Forgets the failures that these keys count; sources that are known stay known. */
  async resetFailures(keys: readonly string[], context: OperationContext): Promise<void> {
    const none = { failures: 0, blocked_until: null };
    const reset = { k: '$$each.k', v: { $mergeObjects: ['$$each.v', none] } };
    const sources = { $objectToArray: { $ifNull: ['$known', {}] } };
    const known = { $arrayToObject: { $map: { input: sources, as: 'each', in: reset } } };
    const stages = [
      withoutMalformed,
      { $set: { ...none, known, updated_at: this.#database.clock.now() } },
    ];
    await this.#database.runIn(context, (session) =>
      this.collection().updateMany({ key: { $in: [...keys] } }, stages, session),
    );
  }

  async #upsert(
    key: string,
    stages: Document[],
    context: OperationContext,
  ): Promise<ThrottleCounterDocument> {
    const options = { upsert: true, returnDocument: 'after' } as const;
    const after = await this.#database.runIn(context, (session) =>
      this.collection().findOneAndUpdate({ key }, stages, { ...options, ...session }),
    );
    return after as ThrottleCounterDocument;
  }
}
