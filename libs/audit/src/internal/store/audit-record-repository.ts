import type { OperationContext } from '@org/core';
import { ApplicationRepository, type Database, type RepositoryDependencies } from '@org/core/store';

import { AuditRecordModel, type AuditRecordDocument } from './audit-record-model.ts';

export class AuditRecordRepository extends ApplicationRepository<AuditRecordDocument> {
  readonly #database: Database;

  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: AuditRecordModel.getCollectionName(),
      // Auditing audit records would never end.
      unaudited: 'everything',
      schema: {
        bsonType: 'object',
        required: ['resource_type', 'resource_id', 'actor_type', 'action', 'outcome', 'timestamp'],
        properties: {
          resource_type: { bsonType: 'string' },
          resource_id: { bsonType: 'string' },
          actor_type: { bsonType: 'string' },
          actor_id: { bsonType: ['string', 'null'] },
          action: { bsonType: 'string' },
          changes: { bsonType: ['object', 'null'] },
          outcome: { bsonType: 'string' },
          request_id: { bsonType: ['string', 'null'] },
          timestamp: { bsonType: 'date' },
          source: { bsonType: 'string' },
          count: { bsonType: 'number' },
          counted_since: { bsonType: 'date' },
          subject_digest: { bsonType: 'string' },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      // Under the driver's default names.
      indexes: [
        { keys: { resource_type: 1, resource_id: 1, timestamp: 1 } },
        { keys: { actor_type: 1, actor_id: 1, timestamp: 1 } },
        { keys: { timestamp: 1 } },
        // Few records have one, and the index should not contain the others.
        {
          keys: { subject_digest: 1, timestamp: 1 },
          options: { partialFilterExpression: { subject_digest: { $exists: true } } },
        },
      ],
    });
    this.#database = dependencies.database;
  }

  /** Replaces every value in these records with `substitute`, and removes their sources. */
  async replaceChanges(
    records: readonly Pick<AuditRecordDocument, '_id'>[],
    substitute: string,
    context: OperationContext,
  ): Promise<void> {
    const changes = {
      $arrayToObject: {
        $map: {
          input: { $objectToArray: '$changes' },
          in: { k: '$$this.k', v: { old: substitute, new: substitute } },
        },
      },
    };
    const update = [
      { $set: { changes, updated_at: this.#database.clock.now() } },
      { $unset: ['source'] },
    ];
    const filter = { _id: { $in: records.map(({ _id }) => _id) } };
    await this.#database.runIn(context, (session) =>
      this.collection().updateMany(filter, update, session),
    );
  }
}
