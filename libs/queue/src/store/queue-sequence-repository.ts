import type { OperationContext } from '@org/core';
import {
  ApplicationRepository,
  type RepositoryDependencies,
  type StoredDocument,
} from '@org/core/store';

/** Longer than a row with a handler waits. */
const LIFE_MILLISECONDS = 180 * 24 * 60 * 60_000;

interface QueueSequenceDocument extends StoredDocument {
  readonly key: string;
  /** The last number taken. */
  readonly value: number;
  readonly purge_at: Date;
}

/**
 * Numbers rows in the order in which their transactions commit, which neither ids nor clocks do: of
 * two transactions that take a number of one key, one conflicts and starts again.
 */
export class QueueSequenceRepository extends ApplicationRepository<QueueSequenceDocument> {
  constructor(name: string, dependencies: RepositoryDependencies) {
    super(dependencies, {
      name,
      schema: {
        bsonType: 'object',
        required: ['key', 'value', 'purge_at'],
        properties: {
          key: { bsonType: 'string' },
          value: { bsonType: 'number' },
          purge_at: { bsonType: 'date' },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      indexes: [
        { keys: { key: 1 }, options: { name: 'key', unique: true } },
        { keys: { purge_at: 1 }, options: { name: 'purge', expireAfterSeconds: 0 } },
      ],
      unaudited: 'everything',
    });
  }

  /** @returns the last of so many numbers */
  async take(
    key: string,
    count: number,
    now: Date,
    transaction: OperationContext,
  ): Promise<number> {
    const purgeAt = new Date(now.getTime() + LIFE_MILLISECONDS);
    const { value } = await this.upsertOne(
      { key },
      { $inc: { value: count }, $set: { purge_at: purgeAt } },
      transaction,
    );
    return value;
  }
}
