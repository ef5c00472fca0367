import type { OperationContext } from '@org/core';
import {
  ApplicationRepository,
  type RepositoryDependencies,
  type StoredDocument,
} from '@org/core/store';

export const SESSION_CUTOFFS = 'session_cutoffs';
/** Of all sessions: the only document. */
export const ALL_SESSIONS = 'all';

interface SessionCutoffDocument extends StoredDocument<string> {
  /** Sessions that began by then have ended. */
  readonly ended_at: Date;
}

/** When operators ended all sessions. */
export class SessionCutoffRepository extends ApplicationRepository<SessionCutoffDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: SESSION_CUTOFFS,
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
