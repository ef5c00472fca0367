import {
  ApplicationRepository,
  type RepositoryDependencies,
  type StoredDocument,
} from '@org/core/store';

/** The period in which a recipient is notified only once of one kind of event. */
export interface NoticeWindowDocument extends StoredDocument {
  /** A keyed hash of topic, channel and recipient: it does not reveal the recipient. */
  readonly key: string;
  readonly ends_at: Date;
  /** How many notices there would have been. */
  readonly count: number;
}

/** Outlives accounts: deleting one and signing up again does not repeat every notice. */
export class NoticeWindowRepository extends ApplicationRepository<NoticeWindowDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: 'notice_windows',
      unaudited: 'everything',
      schema: {
        bsonType: 'object',
        required: ['key', 'ends_at', 'count', 'created_at', 'updated_at'],
        properties: {
          key: { bsonType: 'string' },
          ends_at: { bsonType: 'date' },
          count: { bsonType: 'number' },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      indexes: [
        { keys: { key: 1 }, options: { unique: true } },
        { keys: { ends_at: 1 }, options: { expireAfterSeconds: 0 } },
      ],
    });
  }
}
