import type { OperationContext } from '@org/core';
import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';

import {
  ALL_SESSIONS,
  CUTOFF_COLLECTION,
  type SessionCutoffDocument,
} from './session-cutoff-model.ts';

/** When operators ended all sessions. */
export class SessionCutoffRepository extends ApplicationRepository<SessionCutoffDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: CUTOFF_COLLECTION,
      schema: {
        bsonType: 'object',
        required: ['_id', 'ended_at'],
        properties: {
          _id: { bsonType: 'string' },
          ended_at: { bsonType: 'date' },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      // The writer records session_ended.
      unaudited: 'everything',
      indexes: [],
    });
  }

  async store(endedAt: Date, context: OperationContext): Promise<void> {
    await this.upsertOne({ _id: ALL_SESSIONS }, { $set: { ended_at: endedAt } }, context);
  }
}
