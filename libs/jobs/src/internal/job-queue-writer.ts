import type { AuditTrail, Clock, OperationContext, TransactionRunner } from '@org/core';
import { parseObjectId } from '@org/core/store';

import { JobNotFoundError } from '../errors.ts';
import type { QueuedJobDocument } from './store/queued-job-model.ts';
import type { QueuedJobRepository } from './store/queued-job-repository.ts';

/** Name of jobs in audit records. */
const RESOURCE_TYPE = 'jobs';

export interface JobQueueWriterDependencies {
  readonly jobs: QueuedJobRepository;
  readonly transactions: TransactionRunner;
  readonly audit: AuditTrail;
  readonly clock: Clock;
}

export interface NewJob {
  readonly name: string;
  readonly payload: object;
  readonly runsAt: Date;
}

export interface NewSchedule {
  readonly name: string;
  readonly schedule: string;
  readonly timezone: string;
  readonly nextTick: Date;
}

/** Adds jobs to the queue and removes ended ones. */
export class JobQueueWriter {
  readonly #jobs: QueuedJobRepository;
  readonly #transactions: TransactionRunner;
  readonly #audit: AuditTrail;
  readonly #clock: Clock;

  constructor({ jobs, transactions, audit, clock }: JobQueueWriterDependencies) {
    this.#jobs = jobs;
    this.#transactions = transactions;
    this.#audit = audit;
    this.#clock = clock;
  }

  /** @returns the job's id */
  async addJob({ name, payload, runsAt }: NewJob, context: OperationContext): Promise<string> {
    const stored = await this.#jobs.insertOne(
      { ...UNTOUCHED, name, type: 'normal', data: payload, nextRunAt: runsAt },
      context,
    );
    return stored._id.toHexString();
  }

  /** Like {@link addJob}, with a record of who did it. */
  async addJobByHand(job: NewJob, context: OperationContext): Promise<string> {
    return this.#transactions.withTransaction(context, async (transaction) => {
      const jobId = await this.addJob(job, transaction);
      await this.#record(jobId, 'job_dispatched', transaction);
      return jobId;
    });
  }

  /**
   * Ensures that the schedule is in the queue exactly once. An existing one keeps its next tick,
   * attempts and lease, unless its cron expression or time zone has changed.
   */
  async addSchedule(
    { name, schedule, timezone, nextTick }: NewSchedule,
    context: OperationContext,
  ): Promise<void> {
    const times = { repeatInterval: schedule, repeatTimezone: timezone, nextRunAt: nextTick };
    const stored = await this.#jobs.upsertOne(
      { name, type: 'single' },
      { $setOnInsert: { ...UNTOUCHED, data: {}, ...times } },
      context,
    );
    const { _id, repeatInterval = null, repeatTimezone = null } = stored;
    if (repeatInterval !== schedule || repeatTimezone !== timezone) {
      await this.#jobs.findOneAndUpdate(
        { _id, repeatInterval, repeatTimezone },
        { $set: times },
        context,
      );
    }
  }

  /** @throws JobNotFoundError if no dead job has this id */
  async replayDeadJob(jobId: string, context: OperationContext): Promise<void> {
    const id = parseObjectId(jobId);
    if (id === undefined) {
      throw new JobNotFoundError(jobId);
    }
    await this.#transactions.withTransaction(context, async (transaction) => {
      const replayed = await this.#jobs.findOneAndUpdate(
        { _id: id, deadAt: { $type: 'date' } },
        { $set: { deadAt: null, attempts: 0, nextRunAt: this.#clock.now() } },
        transaction,
      );
      if (replayed === undefined) {
        throw new JobNotFoundError(jobId);
      }
      await this.#record(jobId, 'job_replayed', transaction);
    });
  }

  /**
   * Deletes dispatched jobs that ended before the given time: dead ones, and succeeded ones that an
   * earlier backend kept.
   */
  async deleteJobsEndedBefore(time: Date, context: OperationContext): Promise<number> {
    return this.#jobs.deleteMany(
      { type: 'normal', nextRunAt: null, lockedAt: null, lastFinishedAt: { $lt: time } },
      context,
    );
  }

  async #record(jobId: string, action: string, context: OperationContext): Promise<void> {
    await this.#audit.record([{ resourceType: RESOURCE_TYPE, resourceId: jobId, action }], context);
  }
}

/** Fields of a job that no worker has taken yet; agenda also stores each of them as null. */
const UNTOUCHED = {
  priority: 0,
  lockedAt: null,
  lastModifiedBy: null,
  repeatInterval: null,
  repeatTimezone: null,
  lastRunAt: null,
  lastFinishedAt: null,
  failedAt: null,
  failReason: null,
  disabled: null,
  leaseId: null,
  runId: null,
  attempts: 0,
  deadAt: null,
} satisfies Partial<QueuedJobDocument>;
