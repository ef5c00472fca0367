import type { Clock, OperationContext } from '@org/core';

import { JobBadRequestError } from '../errors.ts';
import type {
  JobPage,
  JobRunRecord,
  ListJobRunsParams,
  ListJobsParams,
  ListParams,
  QueueStatistics,
} from '../types.ts';
import { convertJobRunBsonToJobRunRecord, convertQueuedJobBsonToJob } from './job-util.ts';
import type { JobRunRepository } from './store/job-run-repository.ts';
import type { QueuedJobRepository } from './store/queued-job-repository.ts';

const DEFAULT_LIMIT = 100;

type JobFilter = Parameters<QueuedJobRepository['find']>[0];

export interface JobReaderDependencies {
  readonly jobs: QueuedJobRepository;
  readonly runs: JobRunRepository;
  readonly clock: Clock;
  readonly leaseMilliseconds: number;
}

export interface QueueStatisticsParams {
  /** Jobs to count; the queue may hold others, from a version that is gone. */
  readonly names: readonly string[];
  readonly healthCheckName: string;
}

export class JobReader {
  readonly #jobs: QueuedJobRepository;
  readonly #runs: JobRunRepository;
  readonly #clock: Clock;
  readonly #leaseMilliseconds: number;

  constructor({ jobs, runs, clock, leaseMilliseconds }: JobReaderDependencies) {
    this.#jobs = jobs;
    this.#runs = runs;
    this.#clock = clock;
    this.#leaseMilliseconds = leaseMilliseconds;
  }

  /**
   * Newest first.
   *
   * @throws JobBadRequestError if the cursor is invalid
   */
  async findJobs({ name, ...page }: ListJobsParams, context: OperationContext): Promise<JobPage> {
    return this.#findPage(name === undefined ? {} : { name }, page, context);
  }

  /**
   * Newest first.
   *
   * @throws JobBadRequestError if the cursor is invalid
   */
  async findDeadJobs(page: ListParams, context: OperationContext): Promise<JobPage> {
    return this.#findPage({ deadAt: { $type: 'date' } }, page, context);
  }

  /** Newest first. */
  async findJobRuns(
    { name, limit = DEFAULT_LIMIT }: ListJobRunsParams,
    context: OperationContext,
  ): Promise<readonly JobRunRecord[]> {
    const found = await (name === undefined
      ? this.#runs.find({}, context, { sort: { _id: -1 }, limit })
      : this.#runs.find({ job_name: name }, context, { sort: { started_at: -1 }, limit }));
    return found.map(convertJobRunBsonToJobRunRecord);
  }

  async getQueueStatistics(
    { names, healthCheckName }: QueueStatisticsParams,
    context: OperationContext,
  ): Promise<QueueStatistics> {
    const now = this.#clock.now();
    const leasesEndedBefore = new Date(now.getTime() - this.#leaseMilliseconds);
    const registered = { name: { $in: names } };
    const waiting: JobFilter = {
      ...registered,
      nextRunAt: { $lte: now },
      $or: [{ lockedAt: null }, { lockedAt: { $lte: leasesEndedBefore } }],
    };
    const oldest = await this.#jobs.find(waiting, context, { sort: { nextRunAt: 1 }, limit: 1 });
    const healthCheck = await this.#jobs.findOne(
      { name: healthCheckName, type: 'single' },
      context,
    );
    return {
      waiting: await this.#jobs.count(waiting, context),
      running: await this.#jobs.count(
        { ...registered, lockedAt: { $gt: leasesEndedBefore } },
        context,
      ),
      dead: await this.#jobs.count({ ...registered, deadAt: { $type: 'date' } }, context),
      oldestWaitingMilliseconds: now.getTime() - (oldest[0]?.nextRunAt ?? now).getTime(),
      healthCheckedAt: healthCheck?.lastFinishedAt ?? null,
    };
  }

  async #findPage(
    filter: JobFilter,
    { limit = DEFAULT_LIMIT, cursor }: ListParams,
    context: OperationContext,
  ): Promise<JobPage> {
    const page = await this.#jobs.findNewest(filter, { limit, cursor }, context);
    if (page === undefined) {
      throw new JobBadRequestError('cursor must be one that an earlier page gave');
    }
    return { items: page.rows.map(convertQueuedJobBsonToJob), nextCursor: page.nextCursor };
  }
}
