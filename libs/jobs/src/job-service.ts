import { randomUUID } from 'node:crypto';

import { OperationContext, type AuditTrail, type Clock, type Tracing } from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';
import { QueueWorker } from '@org/queue';

import { InvalidJobDefinitionError } from './errors.ts';
import { builtInJobs, cleanUpJob, HEALTH_CHECK } from './internal/built-in-jobs.ts';
import type { NewJob } from './internal/job-queue-writer.ts';
import * as given from './internal/job-parameters-policy.ts';
import { JobRegistry } from './internal/job-registry.ts';
import { JobRunner } from './internal/job-runner.ts';
import { createJobStorage, type JobStorage } from './internal/job-storage.ts';
import { findNextTick, isTimeZone } from './internal/schedule-util.ts';
import type {
  CleanUpDefinition,
  DispatchedJob,
  DispatchJobAfterParams,
  DispatchJobAtParams,
  DispatchJobParams,
  ExpiredRecordsOwner,
  JobByIdParams,
  JobDefinition,
  JobErrorListener,
  JobPage,
  JobRunRecord,
  JobSettings,
  ListJobRunsParams,
  ListJobsParams,
  ListParams,
  QueueStatistics,
} from './types.ts';

const DEFAULTS = {
  leaseMilliseconds: 30_000,
  pollIntervalMilliseconds: 1_000,
  stopGraceMilliseconds: 5_000,
  maximumConcurrency: 20,
  retentionMilliseconds: 30 * 24 * 60 * 60_000,
};

export interface JobServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  /** Default: the database's clock. */
  readonly clock?: Clock;
  readonly settings?: JobSettings;
  /**
   * For the log: a failed attempt, or a problem in the worker itself. Default: errors are ignored.
   */
  readonly onError?: JobErrorListener;
}

/** Runs work later: at a time, on a schedule, or as soon as a worker is free. */
export class JobService {
  readonly #clock: Clock;
  readonly #tracing: Tracing;
  readonly #settings: Required<JobSettings>;
  readonly #onError: JobErrorListener;
  readonly #registry = new JobRegistry();
  readonly #storage: JobStorage;
  #stopWorker: Promise<() => Promise<void>> | undefined;

  private constructor(dependencies: JobServiceDependencies) {
    const { database, audit, clock = database.clock, settings, onError } = dependencies;
    this.#clock = clock;
    this.#tracing = database.tracing;
    this.#settings = { ...DEFAULTS, ...settings };
    this.#onError = onError ?? (() => {});
    this.#storage = createJobStorage({
      database,
      audit,
      clock,
      registry: this.#registry,
      leaseMilliseconds: this.#settings.leaseMilliseconds,
    });
  }

  static create(dependencies: JobServiceDependencies): JobService {
    return new JobService(dependencies);
  }

  /** Creates this module's collections and indexes; call it before the first use. */
  async initialize(): Promise<readonly CollectionReport[]> {
    return this.#storage.initialize();
  }

  /** Names of the registered jobs. */
  get jobNames(): readonly string[] {
    return this.#registry.names;
  }

  /**
   * Registers a kind of job. Every process that dispatches or runs it must do so, before `start`.
   *
   * @throws InvalidJobDefinitionError if the name is taken, or the worker is already running
   */
  register<Payload extends object>(definition: JobDefinition<Payload>): void {
    if (this.#stopWorker !== undefined) {
      throw new InvalidJobDefinitionError(definition.name, 'the worker runs already');
    }
    this.#registry.register(definition);
  }

  /**
   * Registers a daily deletion of expired data.
   *
   * @throws InvalidJobDefinitionError as {@link register}
   */
  registerCleanUp(cleanUp: CleanUpDefinition): void {
    this.register(cleanUpJob(cleanUp));
  }

  /**
   * Registers `jobs.health-check` (every minute), `audit.retention` and `jobs.retention` (daily).
   *
   * @throws InvalidJobDefinitionError as {@link register}
   */
  registerBuiltInJobs({ audit }: { readonly audit: ExpiredRecordsOwner }): void {
    const jobs = builtInJobs({
      audit,
      queue: this.#storage.queue,
      attempts: this.#storage.attempts,
      clock: this.#clock,
      retentionMilliseconds: this.#settings.retentionMilliseconds,
    });
    for (const job of jobs) {
      this.register(job);
    }
  }

  /**
   * Runs the job as soon as a worker is free. Joins the context's transaction: the job exists once
   * that is committed, and never if it is rolled back.
   *
   * @throws UnknownJobError if no job of this name is registered
   * @throws InvalidJobPayloadError if the payload does not match the job's schema
   */
  async dispatch(params: DispatchJobParams, context: OperationContext): Promise<DispatchedJob> {
    given.checkJob(params);
    return this.dispatchAt({ ...params, at: this.#clock.now() }, context);
  }

  /**
   * Like {@link dispatch}, but not before the given time.
   *
   * @throws UnknownJobError, InvalidJobPayloadError as dispatch
   */
  async dispatchAt(params: DispatchJobAtParams, context: OperationContext): Promise<DispatchedJob> {
    given.checkJobAt(params);
    return { jobId: await this.#storage.queue.addJob(this.#check(params), context) };
  }

  /**
   * Like {@link dispatch}, but not before the delay is over.
   *
   * @throws UnknownJobError, InvalidJobPayloadError as dispatch
   */
  async dispatchAfter(
    params: DispatchJobAfterParams,
    context: OperationContext,
  ): Promise<DispatchedJob> {
    const { delayMilliseconds, ...job } = given.checkJobAfter(params);
    const at = new Date(this.#clock.now().getTime() + delayMilliseconds);
    return this.dispatchAt({ ...job, at }, context);
  }

  /**
   * Like {@link dispatch}, for an operator: recorded as `job_dispatched`. Can also run a scheduled
   * job out of turn.
   *
   * @throws UnknownJobError, InvalidJobPayloadError as dispatch
   */
  async dispatchByHand(
    params: DispatchJobParams,
    context: OperationContext,
  ): Promise<DispatchedJob> {
    given.checkJob(params);
    const job = this.#check({ ...params, at: this.#clock.now() });
    return { jobId: await this.#storage.queue.addJobByHand(job, context) };
  }

  /**
   * Starts running jobs in this process. Does nothing if already running.
   *
   * @throws InvalidJobDefinitionError if a schedule is not a cron expression, its time zone does not
   *   exist, or a payload schema is not a JSON schema
   * @throws ServiceUnavailableError if the schedules cannot be stored; it may be called again
   */
  async start(): Promise<void> {
    if (this.#stopWorker !== undefined) {
      return;
    }
    this.#stopWorker = this.#startWorker();
    try {
      await this.#stopWorker;
    } catch (error) {
      this.#stopWorker = undefined;
      throw error;
    }
  }

  /**
   * Stops taking jobs, waits up to `stopGraceMilliseconds` for running ones, then aborts the rest
   * and gives them back, so that another worker can take them at once.
   */
  async stop(): Promise<void> {
    const stopWorker = this.#stopWorker;
    this.#stopWorker = undefined;
    const stop = await stopWorker?.catch(() => undefined);
    await stop?.();
  }

  /**
   * Runs what is due now, and what that adds, and returns: for tests and command lines. Jobs to be
   * tried again later are left alone.
   *
   * @returns the number of attempts
   * @throws what `start` throws
   */
  async drain(): Promise<number> {
    const worker = await this.#createWorker();
    return worker.drain();
  }

  /**
   * Jobs in the queue, newest first.
   *
   * @throws JobBadRequestError if the cursor is invalid
   */
  async listJobs(params: ListJobsParams, context: OperationContext): Promise<JobPage> {
    return this.#storage.reader.findJobs(given.checkJobPage(params), context);
  }

  /**
   * Jobs that are out of attempts, newest first.
   *
   * @throws JobBadRequestError if the cursor is invalid
   */
  async listDeadJobs(params: ListParams, context: OperationContext): Promise<JobPage> {
    return this.#storage.reader.findDeadJobs(given.checkDeadJobPage(params), context);
  }

  /** Attempts, newest first. */
  async listJobRuns(
    params: ListJobRunsParams,
    context: OperationContext,
  ): Promise<readonly JobRunRecord[]> {
    return this.#storage.reader.findJobRuns(given.checkRunPage(params), context);
  }

  /**
   * Gives a dead job all its attempts again, starting now. Recorded as `job_replayed`.
   *
   * @throws JobNotFoundError if no dead job has this id
   */
  async replayDeadJob(params: JobByIdParams, context: OperationContext): Promise<void> {
    const { jobId } = given.checkJobId(params);
    await this.#storage.queue.replayDeadJob(jobId, context);
  }

  async getQueueStatistics(context: OperationContext): Promise<QueueStatistics> {
    const { names } = this.#registry;
    return this.#storage.reader.getQueueStatistics(
      { names, healthCheckName: HEALTH_CHECK },
      context,
    );
  }

  #check({ name, payload, at }: DispatchJobAtParams): NewJob {
    // As stored: undefined fields are dropped, and a Date becomes a string.
    const stored = JSON.parse(JSON.stringify(payload)) as object;
    this.#registry.get(name).assertPayload(stored);
    return { name, payload: stored, runsAt: at };
  }

  async #startWorker(): Promise<() => Promise<void>> {
    const worker = await this.#createWorker();
    worker.start();
    return () => worker.stop();
  }

  /** Also stores the schedules. */
  async #createWorker(): Promise<Pick<QueueWorker<never>, 'drain' | 'start' | 'stop'>> {
    this.#registry.checkPayloadSchemas();
    const workerId = randomUUID();
    const { jobs: repository, attempts } = this.#storage;
    const [clock, registry, onError] = [this.#clock, this.#registry, this.#onError];
    const tracing = this.#tracing;
    const actor = { type: 'worker', id: workerId } as const;
    const context = OperationContext.create({ actor, requestId: workerId });
    const runner = new JobRunner({
      registry,
      attempts,
      clock,
      tracing,
      context,
      workerId,
      onError,
    });
    await this.#addSchedules(context);
    return new QueueWorker({
      ...this.#settings,
      repository,
      kinds: registry.all,
      handle: (row, signal) => runner.handle(row, repository, signal),
      workerId,
      clock,
      onError,
    });
  }

  async #addSchedules(context: OperationContext): Promise<void> {
    for (const { name, schedule, timezone } of this.#registry.all) {
      if (schedule !== undefined) {
        const nextTick = this.#findFirstTick(name, schedule, timezone);
        await this.#storage.queue.addSchedule({ name, schedule, timezone, nextTick }, context);
      }
    }
  }

  #findFirstTick(name: string, schedule: string, timezone: string): Date {
    if (!isTimeZone(timezone)) {
      throw new InvalidJobDefinitionError(name, `there is no time zone "${timezone}"`);
    }
    const problem = `"${schedule}" in ${timezone} is not a cron expression that is ever due`;
    try {
      const tick = findNextTick(schedule, timezone, this.#clock.now());
      if (tick !== null) {
        return tick;
      }
    } catch (error) {
      throw new InvalidJobDefinitionError(name, problem, error);
    }
    throw new InvalidJobDefinitionError(name, problem);
  }
}
