import type { Job, JobRunRecord, JobStatus } from '../types.ts';
import { redactFields } from './redaction-util.ts';
import { JobRunModel, type JobRunDocument } from './store/job-run-model.ts';
import { QueuedJobModel, type QueuedJobDocument } from './store/queued-job-model.ts';

/** A job that a worker took from the queue: everything needed to run it and to prove the claim. */
export interface ClaimedJob {
  readonly jobId: string;
  readonly name: string;
  readonly payload: object;
  readonly leaseId: string;
  readonly schedule: string | null;
  readonly timezone: string;
  /** Attempts so far. */
  readonly attempts: number;
  /** The run of a killed worker; `null` if no worker had the job, or if it was given back. */
  readonly abandonedRunId: string | null;
}

/** @throws MalformedDocumentError if the document is not a job */
export function convertQueuedJobBsonToJob(bson: QueuedJobDocument): Job {
  const job = QueuedJobModel.fromBson(bson);
  return {
    id: job.id,
    name: job.name,
    status: statusOf(job),
    payload: redactFields(job.payload),
    schedule: job.schedule,
    timezone: job.timezone,
    attempts: job.attempts,
    runsAt: job.runsAt,
    lastError: job.lastError,
    deadAt: job.deadAt,
    createdAt: job.createdAt,
  };
}

/** @throws MalformedDocumentError if the document is not a job */
export function convertQueuedJobBsonToClaimedJob(bson: QueuedJobDocument): ClaimedJob {
  const job = QueuedJobModel.fromBson(bson);
  return {
    jobId: job.id,
    name: job.name,
    payload: job.payload,
    leaseId: job.leaseId,
    schedule: job.schedule,
    timezone: job.timezone,
    attempts: job.attempts,
    abandonedRunId: job.runId,
  };
}

/** @throws MalformedDocumentError if the document is not a run */
export function convertJobRunBsonToJobRunRecord(bson: JobRunDocument): JobRunRecord {
  const run = JobRunModel.fromBson(bson);
  return {
    id: run.id,
    jobName: run.jobName,
    jobId: run.jobId,
    status: run.status,
    arguments: run.arguments,
    retryCount: run.retryCount,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    error: run.error,
  };
}

function statusOf(job: QueuedJobModel): JobStatus {
  if (job.lockedAt !== null) {
    return 'running';
  }
  return job.deadAt === null ? 'waiting' : 'dead';
}
