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
      // The service records session_created and session_ended.
      unaudited: 'everything',
      indexes: [
        { keys: { account_id: 1, created_at: -1 } },
        { keys: { absolute_expires_at: 1 }, options: { expireAfterSeconds: 0 } },
      ],
    });
  }
}
