import type { OperationContext } from '@org/core';
import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';

import type { AccountProcessDocument } from './identity-state-model.ts';

const HOUR_SECONDS = 3_600;

/** The processes that serve accounts, each with its heartbeat. */
export class AccountProcessRepository extends ApplicationRepository<AccountProcessDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: 'account_processes',
      schema: {
        bsonType: 'object',
        required: ['_id', 'version', 'state', 'seen_at'],
        properties: {
          _id: { bsonType: 'string' },
          version: { bsonType: 'number' },
          state: { bsonType: 'string' },
          seen_at: { bsonType: 'date' },
        },
      },
      unaudited: 'everything',
      indexes: [{ keys: { seen_at: 1 }, options: { expireAfterSeconds: HOUR_SECONDS } }],
    });
  }

  async store(
    processId: string,
    process: Pick<AccountProcessDocument, 'version' | 'state' | 'seen_at'>,
    context: OperationContext,
  ): Promise<void> {
    const { seen_at: now } = process;
    await this.database.runIn(context, (session) =>
      this.collection().updateOne(
        { _id: processId },
        { $set: { ...process, updated_at: now }, $setOnInsert: { created_at: now } },
        { upsert: true, ...session },
      ),
    );
  }

  async findSeenSince(
    since: Date,
    context: OperationContext,
  ): Promise<readonly AccountProcessDocument[]> {
    return this.find({ seen_at: { $gt: since } }, context);
  }
}
