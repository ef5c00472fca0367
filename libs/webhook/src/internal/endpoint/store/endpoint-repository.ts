import type { OperationContext } from '@org/core';
import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';

import { EndpointModel, type EndpointDocument } from './endpoint-model.ts';

export class EndpointRepository extends ApplicationRepository<EndpointDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: EndpointModel.getCollectionName(),
      schema: {
        bsonType: 'object',
        required: ['url', 'events', 'state', 'encrypted_secrets', 'created_at', 'updated_at'],
        properties: {
          url: { bsonType: 'string' },
          description: { bsonType: 'string' },
          events: { bsonType: 'array', items: { bsonType: 'string' } },
          state: { bsonType: 'string' },
          disabled_reason: { bsonType: ['string', 'null'] },
          disabled_at: { bsonType: ['date', 'null'] },
          failing_since: { bsonType: ['date', 'null'] },
          encrypted_secrets: { bsonType: 'binData' },
          previous_secret_valid_until: { bsonType: ['date', 'null'] },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      fromBson: (document) => EndpointModel.fromBson(document),
      unaudited: { fields: ['failing_since'] },
      indexes: [{ keys: { state: 1, events: 1 }, options: { name: 'subscriptions' } }],
    });
  }

  /**
   * Counts endpoints for a transaction that stores one more. Of two that count at the same time, one
   * conflicts with the other over the newest endpoint, and starts again.
   */
  async countForOneMore(transaction: OperationContext): Promise<number> {
    await this.database.runIn(transaction, (session) =>
      this.collection().findOneAndUpdate(
        {},
        { $inc: { successors: 1 } },
        { ...session, sort: { _id: -1 }, projection: { _id: 1 } },
      ),
    );
    return this.count({}, transaction);
  }
}
