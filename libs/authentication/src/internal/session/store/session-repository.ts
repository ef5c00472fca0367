import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';

import { SessionModel, type SessionDocument } from './session-model.ts';

export class SessionRepository extends ApplicationRepository<SessionDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: SessionModel.getCollectionName(),
      schema: {
        bsonType: 'object',
        required: ['account_id', 'expires_at', 'absolute_expires_at', 'created_at', 'updated_at'],
        properties: {
          account_id: { bsonType: 'string' },
          salt: { bsonType: 'string' },
          generation: { bsonType: 'number' },
          current_hash: { bsonType: 'string' },
          previous_hash: { bsonType: ['string', 'null'] },
          rotated_at: { bsonType: ['date', 'null'] },
          user_agent: { bsonType: 'string' },
          ip: { bsonType: 'string' },
          last_used_at: { bsonType: 'date' },
          expires_at: { bsonType: 'date' },
          absolute_expires_at: { bsonType: 'date' },
          revoked_at: { bsonType: ['date', 'null'] },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      // The writer records session_created and session_ended; a refresh is no event.
      unaudited: 'everything',
      ownerOf: (document) => String(document['account_id']),
      indexes: [
        { keys: { account_id: 1, created_at: -1, _id: -1 } },
        { keys: { absolute_expires_at: 1 }, options: { expireAfterSeconds: 0 } },
      ],
    });
  }
}
