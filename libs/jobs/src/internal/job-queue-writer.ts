import type { AuditTrail, Clock, OperationContext, TransactionRunner } from '@org/core';
import { parseObjectId } from '@org/core/store';

import { JobNotFoundError } from '../errors.ts';
import type { QueuedJobDocument } from './store/queued-job-model.ts';
import type { QueuedJobRepository } from './store/queued-job-repository.ts';

/** What audit records call jobs. */
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

/** Puts jobs into the queue and takes ended ones out. */
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

  /** @returns the id of the job */
  async addJob({ name, payload, runsAt }: NewJob, context: OperationContext): Promise<string> {
    const stored = await this.#jobs.insertOne(
      { ...UNTOUCHED, name, type: 'normal', data: payload, nextRunAt: runsAt },
      context,
    );
    return stored._id.toHexString();
  }

  /** As {@link addJob}, with a record of who did it by hand. */
  async addJobByHand(job: NewJob, context: OperationContext): Promise<string> {
    return this.#transactions.withTransaction(context, async (transaction) => {
      const jobId = await this.addJob(job, transaction);
      await this.#record(jobId, 'job_dispatched', transaction);
      return jobId;
    });
  }

  /**
   * Makes sure that the schedule is in the queue once. One that is there keeps its next tick, its
   * attempts and its lease, unless it is to follow another expression from now on.
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
    if (stored.repeatInterval !== schedule) {
      await this.#jobs.findOneAndUpdate(
        { _id: stored._id, repeatInterval: stored.repeatInterval ?? null },
        { $set: times },
        context,
      );
    }
  }

  /** @throws JobNotFoundError when no dead job has this id */
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
   * Deletes dispatched jobs that ended before the time given: dead ones, and those that an earlier
   * backend kept after they succeeded.
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

/** The fields of a job that no worker has had yet; agenda stores each of them as null too. */
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
