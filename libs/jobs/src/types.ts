import type { OperationContext } from '@org/core';

/**
 * JSON Schema (draft 7) of a payload: the part tied to its type. All other keywords that Ajv knows
 * are allowed too, and Ajv's own `JSONSchemaType<Payload>` fits.
 */
export interface JobPayloadSchema<Payload extends object> {
  readonly type: 'object';
  readonly properties?: { readonly [Name in keyof Payload]?: object };
  readonly required?: readonly (keyof Payload)[];
  readonly additionalProperties?: boolean | object;
}

/** One attempt at a job, as the job sees it. */
export interface JobRun {
  /** Acts as `job`, with the id of the `job_run` document, which is also the request id. */
  readonly context: OperationContext;
  /**
   * Aborted when the time limit is exceeded (JobTimeLimitExceededError), the worker stops, or the
   * lease is lost (WorkerStoppedError, LeaseLostError of @org/queue). Anything the job does
   * afterwards no longer counts.
   */
  readonly signal: AbortSignal;
  /** Starts at 1. */
  readonly attempt: number;
}

/** A kind of job. Times are in milliseconds. */
export interface JobDefinition<Payload extends object> {
  /** Unique, such as `account.erasure`. Queued jobs are found by it: renaming strands them. */
  readonly name: string;
  /** Checked when a job is dispatched and again before it runs. Default: the job takes no payload. */
  readonly payloadSchema?: JobPayloadSchema<Payload>;
  /**
   * Payload fields with personal data: `[redacted]` in its runs, which outlive the job, like fields
   * with secret-like names. Default: none.
   */
  readonly personalFields?: readonly (keyof Payload & string)[];
  /**
   * Does the work. It may be called again after it succeeded: a worker can be killed after
   * finishing the work but before recording it. So it must be idempotent.
   */
  run(payload: Payload, run: JobRun): Promise<void>;
  /** Five-field cron expression. The payload of a scheduled job is `{}`. */
  readonly schedule?: string;
  /** IANA time zone of the schedule, such as `Europe/Berlin`. Default: `UTC`. */
  readonly timezone?: string;
  /** How long one attempt may take. Default: 300,000 (5 minutes). */
  readonly timeLimitMilliseconds?: number;
  /** Attempts until the job is dead, including those whose worker died. Default: 10. */
  readonly maximumAttempts?: number;
  /** Delay before the second attempt; doubles with each attempt. Default: 5,000. */
  readonly retryDelayMilliseconds?: number;
  /** Upper limit of the delay. Default: 3,600,000 (1 hour). */
  readonly maximumRetryDelayMilliseconds?: number;
  /** How many of these jobs one worker runs at a time. Default: 5. */
  readonly concurrency?: number;
}

/** A daily deletion of expired data. */
export interface CleanUpDefinition {
  /** Name of the job, such as `authentication.retention`. */
  readonly name: string;
  /** Cron expression in UTC. Default: `0 3 * * *`. */
  readonly schedule?: string;
  deleteExpired(context: OperationContext, signal: AbortSignal): Promise<unknown>;
}

/** Deletes expired audit records; implemented by AuditService. */
export interface ExpiredRecordsOwner {
  deleteExpiredRecords(context: OperationContext): Promise<unknown>;
}

/** Times are in milliseconds. */
export interface JobSettings {
  /**
   * How long a job stays with a worker that no longer responds. While the job runs, its lease is
   * renewed three times in that period. Default: 30,000.
   */
  readonly leaseMilliseconds?: number;
  /** How often a worker looks for due jobs; new ones wake it at once. Default: 1,000. */
  readonly pollIntervalMilliseconds?: number;
  /** How long {@link JobService.stop} waits for running jobs. Default: 5,000. */
  readonly stopGraceMilliseconds?: number;
  /** Jobs of all kinds that one worker runs at a time. Default: 20. */
  readonly maximumConcurrency?: number;
  /** How long runs and dead jobs are kept. Default: 30 days. */
  readonly retentionMilliseconds?: number;
}

/** Called for background errors, with the attempt if there was one. */
export type JobErrorListener = (error: unknown, attempt?: FailedAttempt) => void;

export interface FailedAttempt {
  readonly jobName: string;
  readonly jobId: string;
  readonly runId: string;
  readonly attempt: number;
}

export interface DispatchJobParams {
  readonly name: string;
  readonly payload: object;
}

export interface DispatchJobAtParams extends DispatchJobParams {
  readonly at: Date;
}

export interface DispatchJobAfterParams extends DispatchJobParams {
  readonly delayMilliseconds: number;
}

export interface DispatchedJob {
  readonly jobId: string;
}

export interface JobByIdParams {
  readonly jobId: string;
}

export interface ListParams {
  /** Maximum number of items. Default: 100. */
  readonly limit?: number;
  /** `nextCursor` of the previous page; an invalid one starts from the beginning. */
  readonly cursor?: string;
}

export interface ListJobsParams extends ListParams {
  readonly name?: string;
}

export interface ListJobRunsParams {
  readonly name?: string;
  /** Maximum number of items. Default: 100. */
  readonly limit?: number;
}

/** `dead`: out of attempts. A dead scheduled job still runs at its next tick. */
export type JobStatus = 'waiting' | 'running' | 'dead';

/** A job in the queue. Succeeded jobs leave the queue; see their runs. */
export interface Job {
  readonly id: string;
  readonly name: string;
  readonly status: JobStatus;
  /** Fields with secret-like names are `[redacted]`. */
  readonly payload: object;
  /** Cron expression; `null` for a dispatched job. */
  readonly schedule: string | null;
  /** Time zone of the schedule. */
  readonly timezone: string;
  /** Attempts so far; for a scheduled job, at this tick. */
  readonly attempts: number;
  readonly runsAt: Date | null;
  readonly lastError: string | null;
  readonly deadAt: Date | null;
  readonly createdAt: Date;
}

export interface JobPage {
  readonly items: readonly Job[];
  /** For the next page; `null` on the last. */
  readonly nextCursor: string | null;
}

export type JobRunStatus = 'running' | 'succeeded' | 'failed';

/** A stored attempt at a job. */
export interface JobRunRecord {
  readonly id: string;
  readonly jobName: string;
  /** `null` for a run that an earlier backend stored. */
  readonly jobId: string | null;
  readonly status: JobRunStatus;
  /** The payload; personal fields and fields with secret-like names are `[redacted]`. */
  readonly arguments: object;
  /** 0 for the first attempt. */
  readonly retryCount: number;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly error: string | null;
}

/** A snapshot of the queue, for metrics. Counts the jobs registered here. */
export interface QueueStatistics {
  /** Due, but not taken by any worker. */
  readonly waiting: number;
  readonly running: number;
  readonly dead: number;
  /** How long the oldest waiting job has been due; 0 if none is waiting. */
  readonly oldestWaitingMilliseconds: number;
  /** When a worker last ran `jobs.health-check`; `null` before the first run. */
  readonly healthCheckedAt: Date | null;
}
