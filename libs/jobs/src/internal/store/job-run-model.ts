import { BaseModel, DocumentFields, type StoredDocument } from '@org/core/store';

import type { JobRunStatus } from '../../types.ts';

export interface JobRunDocument extends StoredDocument {
  readonly job_name: string;
  readonly job_id?: string;
  readonly worker_id?: string;
  readonly status: JobRunStatus;
  readonly arguments: object;
  readonly retry_count: number;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly error?: string | null;
}

export class JobRunModel extends BaseModel {
  readonly jobName: string;
  readonly jobId: string | null;
  readonly status: JobRunStatus;
  readonly arguments: object;
  readonly retryCount: number;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly error: string | null;

  private constructor(fields: DocumentFields, document: JobRunDocument) {
    super(fields);
    this.jobName = fields.string('job_name');
    this.jobId = document.job_id ?? null;
    this.status = document.status;
    this.arguments = document.arguments;
    this.retryCount = document.retry_count;
    this.startedAt = fields.date('started_at');
    this.endedAt = fields.optionalDate('ended_at');
    this.error = document.error ?? null;
  }

  static getCollectionName(): string {
    return 'job_run';
  }

  /** @throws MalformedDocumentError if a field is missing or has the wrong type */
  static fromBson(bson: object): JobRunModel {
    const fields = new DocumentFields(bson, JobRunModel.getCollectionName());
    return new JobRunModel(fields, bson as JobRunDocument);
  }
}
