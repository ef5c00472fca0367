import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';

import { SigningKeyModel, type SigningKeyDocument } from './signing-key-model.ts';

export class SigningKeyRepository extends ApplicationRepository<SigningKeyDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: SigningKeyModel.getCollectionName(),
      schema: {
        bsonType: 'object',
        required: ['key_id', 'encrypted_private_key', 'state', 'created_at', 'updated_at'],
        properties: {
          key_id: { bsonType: 'string' },
          encrypted_private_key: { bsonType: 'binData' },
          state: { bsonType: 'string' },
          retired_at: { bsonType: ['date', 'null'] },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      // The writer records events about a key, without the key.
      unaudited: 'everything',
      // If several processes start on an empty database, only one creates each key.
      indexes: [
        {
          keys: { state: 1 },
          options: { unique: true, partialFilterExpression: { state: 'current' } },
        },
        {
          keys: { state: 1 },
          options: {
            name: 'next_state_unique',
            unique: true,
            partialFilterExpression: { state: 'next' },
          },
        },
      ],
    });
  }
}
