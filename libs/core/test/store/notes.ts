import type { AuditTrail } from '@org/core';
import { BaseModel, DocumentFields, type Database, type StoredDocument } from '@org/core/store';
import { ApplicationRepository, type CollectionDefinition } from '@org/core/store';
import { RecordingAuditTrail } from '@org/core/testing';

/** A collection for these tests. */
export interface NoteDocument extends StoredDocument {
  readonly title: string;
  readonly pinned: boolean;
  readonly reads: number;
}

export const noteDefinition: CollectionDefinition = {
  name: 'notes',
  schema: {
    bsonType: 'object',
    required: ['title'],
    properties: { title: { bsonType: 'string' }, reads: { bsonType: 'int' } },
  },
  indexes: [
    { keys: { title: 1 }, options: { name: 'note_title_unique', unique: true } },
    { keys: { pinned: 1, created_at: -1 } },
  ],
};

export class NoteRepository extends ApplicationRepository<NoteDocument> {
  constructor(
    database: Database,
    definition: CollectionDefinition = noteDefinition,
    audit: AuditTrail = new RecordingAuditTrail(),
  ) {
    super({ database, audit }, definition);
  }
}

export class NoteModel extends BaseModel {
  readonly title: string;

  private constructor(fields: DocumentFields) {
    super(fields);
    this.title = fields.string('title');
  }

  static getCollectionName(): string {
    return 'notes';
  }

  static fromBson(bson: object): NoteModel {
    return new NoteModel(new DocumentFields(bson, NoteModel.getCollectionName()));
  }
}

export function note(title: string): { title: string; pinned: boolean; reads: number } {
  return { title, pinned: false, reads: 0 };
}
