import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';

import { IdempotencyKeyModel, type IdempotencyKeyDocument } from './idempotency-key-model.ts';

export class IdempotencyKeyRepository extends ApplicationRepository<IdempotencyKeyDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: IdempotencyKeyModel.getCollectionName(),
      schema: {
        bsonType: 'object',
        required: ['digests', 'place', 'content_digests', 'expires_at'],
        properties: {
          digests: { bsonType: 'array', items: { bsonType: 'string' } },
          place: { bsonType: 'string' },
          content_digests: { bsonType: 'array', items: { bsonType: 'string' } },
          encrypted_answer: { bsonType: 'binData' },
          id_digests: { bsonType: 'array', items: { bsonType: 'string' } },
          confirmed_at: { bsonType: 'date' },
          expires_at: { bsonType: 'date' },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      fromBson: (document) => IdempotencyKeyModel.fromBson(document),
      // What a request does is recorded by whoever does it.
      unaudited: 'everything',
      indexes: [
        // Of several digests, each is unique: two processes whose secret keys overlap share one.
        { keys: { digests: 1 }, options: { name: 'digests_unique', unique: true } },
        { keys: { place: 1 }, options: { name: 'place_unique', unique: true } },
        { keys: { id_digests: 1 }, options: { name: 'id_digests' } },
        { keys: { expires_at: 1 }, options: { name: 'expiry', expireAfterSeconds: 0 } },
      ],
    });
  }
}
