import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';

import { OutboxMessageModel, type OutboxMessageDocument } from './outbox-message-model.ts';

export class OutboxMessageRepository extends ApplicationRepository<OutboxMessageDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: OutboxMessageModel.getCollectionName(),
      unaudited: 'everything',
      schema: {
        bsonType: 'object',
        required: ['delivery_id', 'channel', 'recipient', 'text', 'created_at', 'updated_at'],
        properties: {
          delivery_id: { bsonType: 'string' },
          account_id: { bsonType: 'string' },
          channel: { bsonType: 'string' },
          recipient: { bsonType: 'string' },
          subject: { bsonType: ['string', 'null'] },
          text: { bsonType: 'string' },
          html: { bsonType: ['string', 'null'] },
          headers: { bsonType: 'object' },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      fromBson: (document) => OutboxMessageModel.fromBson(document),
      indexes: [],
    });
  }
}
