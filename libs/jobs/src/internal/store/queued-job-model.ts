import {
  BaseModel,
  DocumentFields,
  MalformedDocumentError,
  parseObjectId,
  type StoredDocument,
} from '@org/core/store';

/** A document of agenda's, which an earlier version ran on, plus the fields of our leases. */
export interface QueuedJobDocument extends StoredDocument {
  readonly name: string;
  /** `single`: a scheduled job, one per name. */
  readonly type: 'normal' | 'single';
  readonly data: object | null;
  readonly priority: number;
  /** When it is due; kept until the job ends, so that a lease can be given up at any time. */
  readonly nextRunAt: Date | null;
  /** When the lease began or was last renewed. */
  readonly lockedAt: Date | null;
  /** The worker that last took the lease. */
  readonly lastModifiedBy: string | null;
  readonly repeatInterval?: string | null;
  readonly repeatTimezone?: string | null;
  readonly lastRunAt: Date | null;
  readonly lastFinishedAt: Date | null;
  readonly failedAt: Date | null;
  readonly failReason?: string | null;
  readonly disabled: boolean | null;
  /** Ours. Proves that a worker still has its job. */
  readonly leaseId?: string | null;
  /** Ours. The run that has begun but not ended; left behind by a killed worker. */
  readonly runId?: string | null;
  /** Ours. Attempts begun since the job was dispatched, replayed, or last succeeded. */
  readonly attempts?: number;
  /** Ours. When it ran out of attempts. */
  readonly deadAt?: Date | null;
}

export class QueuedJobModel extends BaseModel {
  readonly name: string;
  readonly payload: object;
  readonly schedule: string | null;
  readonly timezone: string;
  readonly leaseId: string;
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
    fields.optionalObject('data');
    this.payload = document.data ?? {};
    this.schedule = fields.optionalString('repeatInterval');
    this.timezone = fields.optionalString('repeatTimezone') ?? 'UTC';
    this.leaseId = fields.stringOrEmpty('leaseId');
    this.runId = fields.optionalString('runId');
    this.attempts = fields.optionalNumber('attempts') ?? 0;
    this.runsAt = fields.optionalDate('nextRunAt');
    this.lockedAt = fields.optionalDate('lockedAt');
    this.lastFinishedAt = fields.optionalDate('lastFinishedAt');
    this.lastError = fields.optionalString('failReason');
    this.deadAt = fields.optionalDate('deadAt');
    this.#assertIds();
  }

  /** @throws MalformedDocumentError if the job or its run could not be found by its id */
  #assertIds(): void {
    for (const [name, id] of Object.entries({ _id: this.id, runId: this.runId })) {
      if (id !== null && parseObjectId(id) === undefined) {
        const problem = `${name} is not an id`;
        throw new MalformedDocumentError(QueuedJobModel.getCollectionName(), this.id, problem);
      }
    }
  }

  static getCollectionName(): string {
    return 'agendaJobs';
  }

  /** @throws MalformedDocumentError if a field is missing or has the wrong type */
  static fromBson(bson: object): QueuedJobModel {
    const fields = new DocumentFields(bson, QueuedJobModel.getCollectionName());
    return new QueuedJobModel(fields, bson as QueuedJobDocument);
  }
}
