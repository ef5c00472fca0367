import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';

import { SessionEpochModel, type SessionEpochDocument } from './session-epoch-model.ts';

export class SessionEpochRepository extends ApplicationRepository<SessionEpochDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: SessionEpochModel.getCollectionName(),
      schema: {
        bsonType: 'object',
        required: ['account_id', 'epoch', 'expires_at', 'created_at', 'updated_at'],
        properties: {
          account_id: { bsonType: 'string' },
          epoch: { bsonType: 'number' },
          expires_at: { bsonType: 'date' },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      // The writer records session_ended, and whoever begins an epoch why.
      unaudited: 'everything',
      ownerOf: (document) => String(document['account_id']),
      indexes: [
        { keys: { account_id: 1 }, options: { unique: true } },
        { keys: { expires_at: 1 }, options: { expireAfterSeconds: 0 } },
      ],
    });
  }
}
