import type { Clock, OperationContext, TransactionRunner } from '@org/core';

import { JobLeaseLostError, JobWorkerStoppedError } from '../errors.ts';
import { describeFailure, type ClaimedJob } from './job-util.ts';
import { redactSecrets } from './redaction-util.ts';
import type { JobRunDocument } from './store/job-run-model.ts';
import type { JobRunRepository } from './store/job-run-repository.ts';
import type { QueuedJobDocument } from './store/queued-job-model.ts';
import type { QueuedJobRepository } from './store/queued-job-repository.ts';

export interface JobAttemptWriterDependencies {
  readonly jobs: QueuedJobRepository;
  readonly runs: JobRunRepository;
  readonly transactions: TransactionRunner;
  readonly clock: Clock;
}

/** An attempt that began. */
export interface Attempt {
  readonly claim: ClaimedJob;
  readonly runId: string;
  /** 1 for the first. */
  readonly number: number;
}

/**
 * Begins and ends attempts. Queue and run change in one transaction, and only while the worker has
 * the lease: so an attempt ends once, and one that is no longer wanted ends nothing.
 *
 * Every method throws JobLeaseLostError, having stored nothing, when another worker has the job.
 */
export class JobAttemptWriter {
  readonly #jobs: QueuedJobRepository;
  readonly #runs: JobRunRepository;
  readonly #transactions: TransactionRunner;
  readonly #clock: Clock;

  constructor({ jobs, runs, transactions, clock }: JobAttemptWriterDependencies) {
    this.#jobs = jobs;
    this.#runs = runs;
    this.#transactions = transactions;
    this.#clock = clock;
  }

  /** Stores the run, and ends those of workers that were killed. */
  async beginAttempt(
    claim: ClaimedJob,
    workerId: string,
    context: OperationContext,
  ): Promise<Attempt> {
    const now = this.#clock.now();
    return this.#transactions.withTransaction(context, async (transaction) => {
      const job = await this.#changeJob(
        claim,
        { $inc: { attempts: 1 }, $set: { lastRunAt: now } },
        transaction,
      );
      const number = job.attempts ?? 1;
      if (number > 1) {
        await this.#endAbandonedRuns(claim, transaction);
      }
      const run = await this.#runs.insertOne(
        {
          job_name: claim.name,
          job_id: claim.jobId,
          worker_id: workerId,
          status: 'running',
          arguments: redactSecrets(claim.payload),
          retry_count: number - 1,
          started_at: now,
          ended_at: null,
          error: null,
        },
        transaction,
      );
      return { claim, runId: run._id.toHexString(), number };
    });
  }

  /** Takes the job out of the queue, or sets a scheduled one to its next tick. */
  async succeed(
    { claim, runId }: Attempt,
    nextTick: Date | null,
    context: OperationContext,
  ): Promise<void> {
    await this.#transactions.withTransaction(context, async (transaction) => {
      await (claim.schedule === null
        ? this.#deleteJob(claim, transaction)
        : this.#endLease(
            claim,
            { nextRunAt: nextTick, lastFinishedAt: this.#clock.now(), ...UNFAILED },
            transaction,
          ));
      await this.#endRun(runId, { status: 'succeeded', error: null }, transaction);
    });
  }

  async failUntil(
    retryAt: Date,
    { claim, runId }: Attempt,
    error: unknown,
    context: OperationContext,
  ): Promise<void> {
    await this.#transactions.withTransaction(context, async (transaction) => {
      await this.#endLease(
        claim,
        { nextRunAt: retryAt, failReason: describeFailure(error), failedAt: this.#clock.now() },
        transaction,
      );
      await this.#endRun(runId, { status: 'failed', error: describeFailure(error) }, transaction);
    });
  }

  /** Fails for good. A scheduled job goes on with its next tick and a new count of attempts. */
  async bury(
    { claim, runId }: Pick<Attempt, 'claim'> & { readonly runId?: string },
    { error, nextTick }: { readonly error: unknown; readonly nextTick: Date | null },
    context: OperationContext,
  ): Promise<void> {
    const now = this.#clock.now();
    const failed = { failReason: describeFailure(error), failedAt: now, lastFinishedAt: now };
    const next =
      claim.schedule === null ? { nextRunAt: null } : { nextRunAt: nextTick, attempts: 0 };
    await this.#transactions.withTransaction(context, async (transaction) => {
      await this.#endLease(claim, { ...failed, ...next, deadAt: now }, transaction);
      await (runId === undefined
        ? this.#endAbandonedRuns(claim, transaction)
        : this.#endRun(runId, { status: 'failed', error: describeFailure(error) }, transaction));
    });
  }

  /** Lets another worker take the job at once. The attempt is not counted. */
  async giveBack({ claim, runId }: Attempt, context: OperationContext): Promise<void> {
    const error = describeFailure(new JobWorkerStoppedError());
    await this.#transactions.withTransaction(context, async (transaction) => {
      await this.#changeJob(
        claim,
        { $inc: { attempts: -1 }, $set: { lockedAt: null, leaseId: null } },
        transaction,
      );
      await this.#endRun(runId, { status: 'failed', error }, transaction);
    });
  }

  async deleteRunsStartedBefore(time: Date, context: OperationContext): Promise<number> {
    // Naming the first field lets the index find the old ones of each job without reading the others.
    return this.#runs.deleteMany(
      { job_name: { $gte: '' }, started_at: { $lt: time }, status: { $ne: 'running' } },
      context,
    );
  }

  async #endLease(
    claim: ClaimedJob,
    changes: Partial<QueuedJobDocument>,
    context: OperationContext,
  ): Promise<void> {
    await this.#changeJob(claim, { $set: { ...changes, lockedAt: null, leaseId: null } }, context);
  }

  async #changeJob(
    claim: ClaimedJob,
    update: Parameters<QueuedJobRepository['findOneAndUpdate']>[1],
    context: OperationContext,
  ): Promise<QueuedJobDocument> {
    const changed = await this.#jobs.findOneAndUpdate(this.#jobs.leased(claim), update, context);
    if (changed === undefined) {
      throw new JobLeaseLostError();
    }
    return changed;
  }

  async #deleteJob(claim: ClaimedJob, context: OperationContext): Promise<void> {
    if (!(await this.#jobs.deleteOne(this.#jobs.leased(claim), context))) {
      throw new JobLeaseLostError();
    }
  }

  async #endRun(
    runId: string,
    ending: Pick<JobRunDocument, 'status' | 'error'>,
    context: OperationContext,
  ): Promise<void> {
    await this.#runs.findOneAndUpdate(
      this.#runs.running(runId),
      { $set: { ...ending, ended_at: this.#clock.now() } },
      context,
    );
  }

  async #endAbandonedRuns(claim: ClaimedJob, context: OperationContext): Promise<void> {
    const error = describeFailure(new JobWorkerStoppedError());
    await this.#runs.updateMany(
      { job_id: claim.jobId, status: 'running' },
      { $set: { status: 'failed', error, ended_at: this.#clock.now() } },
      context,
    );
  }
}

const UNFAILED = { attempts: 0, failReason: null, deadAt: null };
