import type { OperationContext } from '@org/core';
import {
  ApplicationRepository,
  type Database,
  type Pipeline,
  type RepositoryDependencies,
} from '@org/core/store';

import { ObjectId } from 'mongodb';

import { AuditRecordModel, type AuditRecordDocument } from './audit-record-model.ts';

/** Keys of the index by resource. */
export const BY_RESOURCE = { resource_type: 1, resource_id: 1, timestamp: 1 } as const;
/** Keys of the index by actor. */
export const BY_ACTOR = { actor_type: 1, actor_id: 1, timestamp: 1 } as const;

export class AuditRecordRepository extends ApplicationRepository<AuditRecordDocument> {
  readonly #database: Database;

  /** @param isChecked whether malformed records count as missing; not where they are erased */
  constructor(dependencies: RepositoryDependencies, isChecked = true) {
    super(dependencies, {
      name: AuditRecordModel.getCollectionName(),
      ...(isChecked ? { fromBson: (document) => AuditRecordModel.fromBson(document) } : {}),
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
        { keys: BY_RESOURCE },
        { keys: BY_ACTOR },
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

  /**
   * Changes records of any shape by a pipeline. Deletes those whose `_id` another program chose: it
   * may be personal data, and cannot be changed.
   */
  async changeOrDelete(
    records: readonly Pick<AuditRecordDocument, '_id'>[],
    pipeline: Pipeline,
    context: OperationContext,
  ): Promise<void> {
    const ids = records.map(({ _id }) => _id);
    const changeable = ids.filter((_id) => _id instanceof ObjectId);
    const others = ids.filter((_id) => !(_id instanceof ObjectId));
    if (changeable.length > 0) {
      await this.#database.runIn(context, (session) =>
        this.collection().updateMany({ _id: { $in: changeable } }, [...pipeline], session),
      );
    }
    if (others.length > 0) {
      await this.deleteMany({ _id: { $in: others } }, context);
    }
  }
}
