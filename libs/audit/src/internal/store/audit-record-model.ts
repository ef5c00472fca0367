import type { Actor, AuditOutcome, FieldChange } from '@org/core';
import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

export interface AuditRecordDocument extends StoredDocument {
  readonly resource_type: string;
  readonly resource_id: string;
  readonly actor_type: Actor['type'];
  readonly actor_id: string | null;
  readonly action: string;
  readonly changes: Readonly<Record<string, FieldChange>>;
  readonly outcome: AuditOutcome;
  readonly request_id: string;
  readonly timestamp: Date;
  /** Only if events are counted by it. */
  readonly source?: string;
  /** Only if the record stands for several events. */
  readonly count?: number;
  readonly counted_since?: Date;
  /** Keyed digest of the submitted name or number. */
  readonly subject_digest?: string;
}

export class AuditRecordModel extends BaseModel {
  readonly resourceType: string;
  readonly resourceId: string;
  readonly actorType: Actor['type'];
  readonly actorId: string | null;
  readonly action: string;
  readonly changes: Readonly<Record<string, FieldChange>>;
  readonly outcome: AuditOutcome;
  readonly requestId: string;
  readonly timestamp: Date;
  readonly source: string | null;
  readonly count: number;
  readonly countedSince: Date | null;
  readonly subjectDigest: string | null;

  private constructor(fields: DocumentFields, changes: unknown) {
    super(fields);
    this.resourceType = fields.string('resource_type');
    this.resourceId = fields.string('resource_id');
    this.actorType = fields.string('actor_type') as Actor['type'];
    this.actorId = fields.optionalString('actor_id');
    this.action = fields.string('action');
    this.changes = readChanges(fields, changes);
    this.outcome = fields.string('outcome') as AuditOutcome;
    this.requestId = fields.stringOrEmpty('request_id');
    this.timestamp = fields.date('timestamp');
    this.source = fields.optionalString('source');
    this.count = fields.optionalNumber('count') ?? 1;
    this.countedSince = fields.optionalDate('counted_since');
    this.subjectDigest = fields.optionalString('subject_digest');
  }

  static getCollectionName(): string {
    return 'audit_log';
  }

  /** @throws MalformedDocumentError if a field is missing or has the wrong type */
  static fromBson(bson: object): AuditRecordModel {
    const fields = new DocumentFields(bson, AuditRecordModel.getCollectionName());
    return new AuditRecordModel(fields, (bson as { changes?: unknown }).changes);
  }
}

function readChanges(fields: DocumentFields, changes: unknown): AuditRecordModel['changes'] {
  const ofFields = fields.optionalObject('changes');
  if (ofFields === null) {
    return {};
  }
  Object.keys(changes as object).forEach((name) => ofFields.object(name));
  return changes as AuditRecordModel['changes'];
}
