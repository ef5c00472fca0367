import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';

import { DigestKeyModel, type DigestKeyDocument } from './digest-key-model.ts';

export class DigestKeyRepository extends ApplicationRepository<DigestKeyDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: DigestKeyModel.getCollectionName(),
      schema: {
        bsonType: 'object',
        required: ['name', 'encrypted_key', 'created_at', 'updated_at'],
        properties: {
          name: { bsonType: 'string' },
          encrypted_key: { bsonType: 'binData' },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      // If several processes start on an empty database, only one creates the key.
      indexes: [{ keys: { name: 1 }, options: { unique: true } }],
    });
  }
}
