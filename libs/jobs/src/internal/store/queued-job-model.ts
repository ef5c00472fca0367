import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

/** A document of agenda's, named as agenda names it, with the fields of our leases. */
export interface QueuedJobDocument extends StoredDocument {
  readonly name: string;
  /** `single`: a scheduled job, one per name. */
  readonly type: 'normal' | 'single';
  readonly data: object | null;
  readonly priority: number;
  /** When it is due; stays until the job ended, so that a lease can be given up at any moment. */
  readonly nextRunAt: Date | null;
  /** When the lease began or was renewed last. */
  readonly lockedAt: Date | null;
  /** The worker that took the lease last. */
  readonly lastModifiedBy: string | null;
  readonly repeatInterval?: string | null;
  readonly repeatTimezone?: string | null;
  readonly lastRunAt: Date | null;
  readonly lastFinishedAt: Date | null;
  readonly failedAt: Date | null;
  readonly failReason?: string | null;
  readonly disabled: boolean | null;
  /** Ours. Proves that a worker still has the job that it took. */
  readonly leaseId?: string | null;
  /** Ours. The run that began and has not ended; left behind by a worker that was killed. */
  readonly runId?: string | null;
  /** Ours. Attempts that began since the job was dispatched, replayed, or last succeeded. */
  readonly attempts?: number;
  /** Ours. Since when it is out of attempts. */
  readonly deadAt?: Date | null;
}

export class QueuedJobModel extends BaseModel {
  readonly name: string;
  readonly payload: object;
  readonly schedule: string | null;
  readonly timezone: string | null;
  readonly runId: string | null;
  readonly attempts: number;
  readonly runsAt: Date | null;
  readonly lockedAt: Date | null;
  readonly lastFinishedAt: Date | null;
  readonly lastError: string | null;
  readonly deadAt: Date | null;

  private constructor(fields: DocumentFields, document: QueuedJobDocument) {
    super(fields);
    this.name = fields.string('name');
    this.payload = document.data ?? {};
    this.schedule = document.repeatInterval ?? null;
    this.timezone = document.repeatTimezone ?? null;
    this.runId = document.runId ?? null;
    this.attempts = document.attempts ?? 0;
    this.runsAt = fields.optionalDate('nextRunAt');
    this.lockedAt = fields.optionalDate('lockedAt');
    this.lastFinishedAt = fields.optionalDate('lastFinishedAt');
    this.lastError = document.failReason ?? null;
    this.deadAt = fields.optionalDate('deadAt');
  }

  static getCollectionName(): string {
    return 'agendaJobs';
  }

  /** @throws MalformedDocumentError when a field is missing or has another type */
  static fromBson(bson: QueuedJobDocument): QueuedJobModel {
    return new QueuedJobModel(new DocumentFields(bson, QueuedJobModel.getCollectionName()), bson);
  }
}
