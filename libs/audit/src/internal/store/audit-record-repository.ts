import type { OperationContext } from '@org/core';
import { ApplicationRepository, type Database, type RepositoryDependencies } from '@org/core/store';

import type { AuditResource } from '../../types.ts';
import { AuditRecordModel, type AuditRecordDocument } from './audit-record-model.ts';

export class AuditRecordRepository extends ApplicationRepository<AuditRecordDocument> {
  readonly #database: Database;

  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: AuditRecordModel.getCollectionName(),
      // A record of a record would be one too, without end.
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
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      // Under the driver's default names.
      indexes: [
        { keys: { resource_type: 1, resource_id: 1, timestamp: 1 } },
        { keys: { actor_type: 1, actor_id: 1, timestamp: 1 } },
        { keys: { timestamp: 1 } },
      ],
    });
    this.#database = dependencies.database;
  }

  /**
   * Puts `substitute` in the place of every value that the records of these resources hold, and
   * removes their sources.
   */
  async replaceChanges(
    resources: readonly AuditResource[],
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
    for (const [resourceType, ids] of idsByType(resources)) {
      const filter = { resource_type: resourceType, resource_id: { $in: ids } };
      await this.#database.runIn(context, (session) =>
        this.collection().updateMany(filter, update, session),
      );
    }
  }
}

function idsByType(resources: readonly AuditResource[]): Map<string, string[]> {
  const ids = new Map<string, string[]>();
  for (const { resourceType, resourceId } of resources) {
    ids.set(resourceType, [...(ids.get(resourceType) ?? []), resourceId]);
  }
  return ids;
}
