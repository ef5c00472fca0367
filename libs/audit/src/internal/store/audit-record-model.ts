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

  private constructor(fields: DocumentFields, document: Partial<AuditRecordDocument>) {
    super(fields);
    this.resourceType = fields.string('resource_type');
    this.resourceId = fields.string('resource_id');
    this.actorType = fields.string('actor_type') as Actor['type'];
    this.actorId = document.actor_id == null ? null : fields.string('actor_id');
    this.action = fields.string('action');
    this.changes = document.changes ?? {};
    this.outcome = fields.string('outcome') as AuditOutcome;
    this.requestId = document.request_id == null ? '' : fields.string('request_id');
    this.timestamp = fields.date('timestamp');
    this.source = document.source == null ? null : fields.string('source');
    this.count = document.count ?? 1;
    this.countedSince = fields.optionalDate('counted_since');
    this.subjectDigest = document.subject_digest == null ? null : fields.string('subject_digest');
  }

  static getCollectionName(): string {
    return 'audit_log';
  }

  /** @throws MalformedDocumentError if a field is missing or has the wrong type */
  static fromBson(bson: object): AuditRecordModel {
    const fields = new DocumentFields(bson, AuditRecordModel.getCollectionName());
    return new AuditRecordModel(fields, bson);
  }
}
