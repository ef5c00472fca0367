import type { Clock, OperationContext } from '@org/core';
import { DuplicateKeyError } from '@org/core/store';
import { describeFailure, LeaseLostError, WorkerStoppedError } from '@org/queue';

import type { JobRunStatus } from '../types.ts';
import type { JobRegistry } from './job-registry.ts';
import type { ClaimedJob } from './job-util.ts';
import { redactFields } from './redaction-util.ts';
import type { JobRunDocument } from './store/job-run-model.ts';
import type { JobRunRepository } from './store/job-run-repository.ts';
import type { QueuedJobDocument } from './store/queued-job-model.ts';
import type { QueuedJobRepository } from './store/queued-job-repository.ts';

export interface JobAttemptWriterDependencies {
  readonly jobs: QueuedJobRepository;
  readonly runs: JobRunRepository;
  readonly registry: Pick<JobRegistry, 'get'>;
  readonly clock: Clock;
}

/** An attempt that has begun. */
export interface Attempt {
  readonly claim: ClaimedJob;
  readonly runId: string;
  /** Starts at 1. */
  readonly number: number;
}

/**
 * Begins and ends attempts. A run ends once, in one step from `running` to its final status, and
 * that step decides: a worker that takes over a job ends its last run as failed before beginning
 * another, or finds that it succeeded. So a killed worker cannot make a job succeed twice. This
 * needs no transaction: one left open by a killed worker would hold the job, and block all others
 * of its name, for a minute.
 */
export class JobAttemptWriter {
  readonly #jobs: QueuedJobRepository;
  readonly #runs: JobRunRepository;
  readonly #registry: Pick<JobRegistry, 'get'>;
  readonly #clock: Clock;

  constructor({ jobs, runs, registry, clock }: JobAttemptWriterDependencies) {
    this.#jobs = jobs;
    this.#runs = runs;
    this.#registry = registry;
    this.#clock = clock;
  }

  /** @throws LeaseLostError if another worker has the job */
  async beginAttempt(
    claim: ClaimedJob,
    workerId: string,
    context: OperationContext,
  ): Promise<Attempt> {
    const runId = this.#runs.createId();
    const job = await this.#jobs.findOneAndUpdate(
      this.#jobs.withLease(claim),
      { $inc: { attempts: 1 }, $set: { runId, lastRunAt: this.#clock.now() } },
      context,
    );
    if (job === undefined) {
      throw new LeaseLostError();
    }
    const number = claim.attempts + 1;
    const run = { ...this.#toRun(claim, runId, number), worker_id: workerId };
    try {
      await this.#runs.insertOne(run, context);
    } catch (error) {
      // The worker that took over meanwhile has stored it as failed.
      throw error instanceof DuplicateKeyError ? new LeaseLostError(error) : error;
    }
    return { claim, runId, number };
  }

  /**
   * Removes the job from the queue, or moves a scheduled one to its next tick.
   *
   * @throws LeaseLostError if another worker has ended the run as failed
   */
  async succeed(
    { claim, runId }: Attempt,
    nextTick: Date | null,
    context: OperationContext,
  ): Promise<void> {
    await this.#endRun(runId, { status: 'succeeded', error: null }, context);
    await this.#completeJob(claim, nextTick, context);
  }

  /** @throws LeaseLostError if another worker has ended the run */
  async failUntil(
    retryAt: Date,
    { claim, runId }: Attempt,
    error: unknown,
    context: OperationContext,
  ): Promise<void> {
    const failReason = describeFailure(error);
    await this.#endRun(runId, { status: 'failed', error: failReason }, context);
    const failedAt = this.#clock.now();
    await this.#endLease(claim, { nextRunAt: retryAt, failReason, failedAt }, context);
  }

  /**
   * Fails for good: the job is dead.
   *
   * @throws LeaseLostError if another worker has ended the run
   */
  async failForGood(
    { claim, runId }: Attempt,
    { error, nextTick }: { readonly error: unknown; readonly nextTick: Date | null },
    context: OperationContext,
  ): Promise<void> {
    await this.#endRun(runId, { status: 'failed', error: describeFailure(error) }, context);
    await this.buryJob(claim, { error, nextTick }, context);
  }

  /** A scheduled job continues at its next tick, with its attempts reset. */
  async buryJob(
    claim: ClaimedJob,
    { error, nextTick }: { readonly error: unknown; readonly nextTick: Date | null },
    context: OperationContext,
  ): Promise<void> {
    const now = this.#clock.now();
    const failed = { failReason: describeFailure(error), failedAt: now, lastFinishedAt: now };
    const next =
      claim.schedule === null ? { nextRunAt: null } : { nextRunAt: nextTick, attempts: 0 };
    await this.#endLease(claim, { ...failed, ...next, deadAt: now }, context);
  }

  /**
   * Frees the job for another worker at once. The attempt is not counted.
   *
   * @throws LeaseLostError if another worker has ended the run
   */
  async giveBack({ claim, runId }: Attempt, context: OperationContext): Promise<void> {
    await this.#endRun(runId, ABANDONED, context);
    await this.#endLease(claim, { attempts: claim.attempts }, context);
  }

  /**
   * Ends the last run of a job whose worker was killed. If that run had succeeded, completes the
   * job on its behalf.
   *
   * @returns whether the job succeeded
   */
  async endAbandonedRun(
    claim: ClaimedJob,
    runId: string,
    nextTick: Date | null,
    context: OperationContext,
  ): Promise<boolean> {
    const status = await this.#findEndOfAbandonedRun(claim, runId, context);
    if (status === 'succeeded') {
      await this.#completeJob(claim, nextTick, context);
    }
    return status === 'succeeded';
  }

  async deleteRunsStartedBefore(time: Date, context: OperationContext): Promise<number> {
    // Naming the first field lets the index find each job's old runs without reading the others.
    return this.#runs.deleteMany({ job_name: { $gte: '' }, started_at: { $lt: time } }, context);
  }

  async #findEndOfAbandonedRun(
    claim: ClaimedJob,
    runId: string,
    context: OperationContext,
  ): Promise<JobRunStatus> {
    const run =
      (await this.#findAndEndRun(runId, ABANDONED, context)) ??
      (await this.#runs.findOne(this.#runs.withId(runId), context)) ??
      (await this.#insertAbandonedRun(claim, runId, context));
    return run?.status ?? this.#findEndOfAbandonedRun(claim, runId, context);
  }

  /** For a worker that never got to store the run, and must not do so any more. */
  async #insertAbandonedRun(
    claim: ClaimedJob,
    runId: string,
    context: OperationContext,
  ): Promise<JobRunDocument | undefined> {
    const begun = this.#toRun(claim, runId, claim.attempts);
    const run = { ...begun, ...ABANDONED, ended_at: begun.started_at };
    try {
      return await this.#runs.insertOne(run, context);
    } catch (error) {
      if (error instanceof DuplicateKeyError) {
        return undefined;
      }
      throw error;
    }
  }

  async #completeJob(
    claim: ClaimedJob,
    nextTick: Date | null,
    context: OperationContext,
  ): Promise<void> {
    if (claim.schedule === null) {
      await this.#jobs.deleteOne(this.#jobs.withLease(claim), context);
      return;
    }
    const lastFinishedAt = this.#clock.now();
    const completed = { nextRunAt: nextTick, lastFinishedAt, attempts: 0 };
    await this.#endLease(claim, { ...completed, failReason: null, deadAt: null }, context);
  }

  /** The next worker with the lease sees how the run ended, and continues from there. */
  async #endLease(
    claim: ClaimedJob,
    changes: Partial<QueuedJobDocument>,
    context: OperationContext,
  ): Promise<void> {
    await this.#jobs.findOneAndUpdate(
      this.#jobs.withLease(claim),
      { $set: { ...changes, lockedAt: null, leaseId: null, runId: null } },
      context,
    );
  }

  async #endRun(runId: string, ending: Ending, context: OperationContext): Promise<void> {
    if ((await this.#findAndEndRun(runId, ending, context)) === undefined) {
      throw new LeaseLostError();
    }
  }

  async #findAndEndRun(
    runId: string,
    ending: Ending,
    context: OperationContext,
  ): Promise<JobRunDocument | undefined> {
    return this.#runs.findOneAndUpdate(
      { ...this.#runs.withId(runId), status: 'running' },
      { $set: { ...ending, ended_at: this.#clock.now() } },
      context,
    );
  }

  #toRun(claim: ClaimedJob, runId: string, number: number) {
    return {
      ...this.#runs.withId(runId),
      job_name: claim.name,
      job_id: claim.jobId,
      status: 'running' as const,
      arguments: redactFields(claim.payload, this.#registry.get(claim.name).personalFields),
      retry_count: number - 1,
      started_at: this.#clock.now(),
      ended_at: null,
      error: null,
    };
  }
}

type Ending = Pick<JobRunDocument, 'status' | 'error'>;

const ABANDONED: Ending = {
  status: 'failed',
  error: describeFailure(new WorkerStoppedError()),
};
