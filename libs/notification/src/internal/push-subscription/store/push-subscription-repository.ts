import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';

import { PushSubscriptionModel, type PushSubscriptionDocument } from './push-subscription-model.ts';

export class PushSubscriptionRepository extends ApplicationRepository<PushSubscriptionDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: PushSubscriptionModel.getCollectionName(),
      schema: {
        bsonType: 'object',
        required: ['account_id', 'endpoint_hash', 'encrypted_secret', 'created_at', 'updated_at'],
        properties: {
          account_id: { bsonType: 'string' },
          endpoint_hash: { bsonType: 'string' },
          encrypted_secret: { bsonType: 'binData' },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      fromBson: (document) => PushSubscriptionModel.fromBson(document),
      indexes: [
        { keys: { endpoint_hash: 1 }, options: { name: 'endpoint_hash_unique', unique: true } },
        { keys: { account_id: 1, updated_at: -1, _id: -1 }, options: { name: 'account_renewal' } },
      ],
    });
  }
}
