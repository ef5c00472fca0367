import type { OperationContext } from '@org/core';

/**
 * JSON Schema (draft 7) of a payload: the part that is tied to its type. Every keyword that Ajv knows
 * is allowed beside these, and Ajv's own `JSONSchemaType<Payload>` fits.
 */
export interface JobPayloadSchema<Payload extends object> {
  readonly type: 'object';
  readonly properties?: { readonly [Name in keyof Payload]?: object };
  readonly required?: readonly (keyof Payload)[];
  readonly additionalProperties?: boolean | object;
}

/** One attempt at a job, as the job sees it. */
export interface JobRun {
  /** Acts as `job`, with the id of the `job_run` document, which is the request id too. */
  readonly context: OperationContext;
  /**
   * Aborted when the time limit is over, when the worker stops, or when the lease is lost; `reason`
   * says which. What the job does afterwards no longer counts.
   */
  readonly signal: AbortSignal;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

/** A kind of job. Times are in milliseconds. */
export interface JobDefinition<Payload extends object> {
  /** Unique, such as `account.erasure`. Jobs in the queue are found by it: renaming strands them. */
  readonly name: string;
  /** Checked when a job is dispatched and again before it runs. */
  readonly payloadSchema: JobPayloadSchema<Payload>;
  /**
   * Fields of the payload that tell of a person: `[redacted]` in its runs, which outlive the job,
   * as fields named like secrets are. Default: none.
   */
  readonly personalFields?: readonly (keyof Payload & string)[];
  /**
   * Does the work. It may be called again after it succeeded: a worker can be killed between the end
   * of the work and the record of it. So it must be idempotent.
   */
  run(payload: Payload, run: JobRun): Promise<void>;
  /** Five-field cron expression in UTC. The payload of a scheduled job is `{}`. */
  readonly schedule?: string;
  /** How long one attempt may take. Default: 300,000 (5 minutes). */
  readonly timeLimitMilliseconds?: number;
  /** Attempts until the job is dead, those that ended with their worker included. Default: 10. */
  readonly maximumAttempts?: number;
  /** Pause before the second attempt; doubles from attempt to attempt. Default: 5,000. */
  readonly retryDelayMilliseconds?: number;
  /** The pause grows no further. Default: 3,600,000 (1 hour). */
  readonly maximumRetryDelayMilliseconds?: number;
  /** How many of them one worker runs at a time. Default: 5. */
  readonly concurrency?: number;
}

/** A daily deletion of what has expired. */
export interface CleanUpDefinition {
  /** Name of the job, such as `authentication.retention`. */
  readonly name: string;
  /** Cron expression in UTC. Default: `0 3 * * *`. */
  readonly schedule?: string;
  deleteExpired(context: OperationContext, signal: AbortSignal): Promise<unknown>;
}

/** Who keeps the audit trail short; AuditService does. */
export interface ExpiredRecordsOwner {
  deleteExpiredRecords(context: OperationContext): Promise<unknown>;
}

/** Times are in milliseconds. */
export interface JobSettings {
  /**
   * How long a job stays with a worker that no longer answers. Renewed three times in that time while
   * the job runs. Default: 30,000.
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

/** Told what went wrong in the background, and in which attempt if it was in one. */
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
  /** Items at most. Default: 100. */
  readonly limit?: number;
  /** `nextCursor` of the page before; one that is no cursor starts at the front. */
  readonly cursor?: string;
}

export interface ListJobsParams extends ListParams {
  readonly name?: string;
}

export interface ListJobRunsParams {
  readonly name?: string;
  /** Items at most. Default: 100. */
  readonly limit?: number;
}

/** `dead`: out of attempts. A scheduled job that is dead still runs at its next tick. */
export type JobStatus = 'waiting' | 'running' | 'dead';

/** A job in the queue. One that succeeded is in the queue no more; its runs tell of it. */
export interface Job {
  readonly id: string;
  readonly name: string;
  readonly status: JobStatus;
  /** Fields named like secrets are `[redacted]`. */
  readonly payload: object;
  /** Cron expression; `null` for a dispatched job. */
  readonly schedule: string | null;
  /** Attempts so far; of a scheduled job, at this tick. */
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

/** One attempt at a job, as it is stored. */
export interface JobRunRecord {
  readonly id: string;
  readonly jobName: string;
  /** `null` for a run that an earlier backend stored. */
  readonly jobId: string | null;
  readonly status: JobRunStatus;
  /** The payload; personal fields and fields named like secrets are `[redacted]`. */
  readonly arguments: object;
  /** 0 for the first attempt. */
  readonly retryCount: number;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  /** Why it failed. */
  readonly error: string | null;
}

/** The queue at a moment, for metrics. Counts the jobs that are registered here. */
export interface QueueStatistics {
  /** Due, and taken by no worker. */
  readonly waiting: number;
  readonly running: number;
  readonly dead: number;
  /** How long the oldest of the waiting has been due; 0 when none is. */
  readonly oldestWaitingMilliseconds: number;
  /** When a worker last ran `jobs.health-check`; `null` before the first time. */
  readonly healthCheckedAt: Date | null;
}
