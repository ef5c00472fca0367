import { systemClock } from '@org/core';
import { Agenda, type Job } from 'agenda';

import { InvalidJobDefinitionError } from '../errors.ts';
import type { JobQueueWriter } from './job-queue-writer.ts';
import type { JobRegistry, RegisteredJob } from './job-registry.ts';
import type { JobRunner } from './job-runner.ts';
import type { ClaimedJob } from './job-util.ts';
import { LeasedJobs, type LeasedJobsDependencies } from './leased-jobs.ts';
import { WakeUpChannel, type WakeUpChannelDependencies } from './wake-up-channel.ts';

const TIMEZONE = 'UTC';

export interface JobWorkerDependencies extends LeasedJobsDependencies, WakeUpChannelDependencies {
  readonly registry: JobRegistry;
  readonly queue: JobQueueWriter;
  readonly runner: JobRunner;
  readonly pollIntervalMilliseconds: number;
  readonly maximumConcurrency: number;
}

/**
 * Wraps agenda, which finds due jobs, limits how many run at a time and parses cron. Runs once,
 * from start to stop; to run again, create a new worker.
 */
export class JobWorker {
  readonly #dependencies: JobWorkerDependencies;
  readonly #leasedJobs: LeasedJobs;
  readonly #agenda: Agenda;
  #starting: Promise<void> | undefined;

  private constructor(dependencies: JobWorkerDependencies) {
    this.#dependencies = dependencies;
    this.#leasedJobs = new LeasedJobs(dependencies);
    const channel = new WakeUpChannel(dependencies);
    const { maximumConcurrency, onError } = dependencies;
    this.#agenda = new Agenda({
      name: dependencies.workerId,
      backend: this.#leasedJobs.backend,
      notificationChannel: channel,
      // As text, '200ms' would be accepted but never run.
      processEvery: dependencies.pollIntervalMilliseconds,
      maxConcurrency: maximumConcurrency,
      // It takes only what it can run at once: a job waiting here would outlive its lease.
      lockLimit: maximumConcurrency,
      defaultLockLifetime: dependencies.leaseMilliseconds,
    });
    this.#agenda.on('error', (error: unknown) => {
      onError(error);
    });
    // Otherwise agenda would wait for the next poll.
    this.#agenda.on('complete', ({ attrs }: Job) => {
      setImmediate(() => void channel.wake(attrs.name));
    });
  }

  static create(dependencies: JobWorkerDependencies): JobWorker {
    return new JobWorker(dependencies);
  }

  /**
   * @throws InvalidJobDefinitionError if a schedule is not a cron expression
   * @throws ServiceUnavailableError if the schedules cannot be stored
   */
  async start(): Promise<void> {
    this.#starting = this.#start();
    await this.#starting;
  }

  /** Waits for it to start first, if necessary. */
  async stop(graceMilliseconds: number): Promise<void> {
    await Promise.allSettled([this.#starting]);
    await this.#leasedJobs.close();
    await this.#agenda.stop();
    await this.#dependencies.runner.stop(graceMilliseconds);
  }

  async #start(): Promise<void> {
    const { registry } = this.#dependencies;
    for (const job of registry.all) {
      this.#define(job);
    }
    for (const job of registry.all) {
      await this.#schedule(job);
    }
    await this.#agenda.start();
  }

  #define({ name, concurrency }: RegisteredJob): void {
    this.#agenda.define<ClaimedJob>(
      name,
      async (job) => {
        const { data: claim } = job.attrs;
        if (this.#leasedJobs.begin(claim)) {
          const nextTick = this.#findNextTick(claim);
          await this.#dependencies.runner.run(claim, { nextTick, renew: () => job.touch() });
        }
      },
      { concurrency, lockLimit: concurrency },
    );
  }

  /** Agenda uses the machine's time: with a slow clock, the tick that just ran is also the next. */
  #findNextTick({
    name,
    schedule,
    timezone,
  }: Pick<ClaimedJob, 'name' | 'schedule' | 'timezone'>): Date | null {
    if (schedule === null) {
      return null;
    }
    const job = this.#agenda.create(name, {});
    job.attrs.lastRunAt = new Date(systemClock.now().getTime() + this.#dependencies.clockOffset());
    const options = timezone === null ? {} : { timezone };
    return job.repeatEvery(schedule, options).attrs.nextRunAt;
  }

  async #schedule({ name, schedule }: RegisteredJob): Promise<void> {
    if (schedule === undefined) {
      return;
    }
    const nextTick = this.#findNextTick({ name, schedule, timezone: TIMEZONE });
    if (nextTick === null) {
      throw new InvalidJobDefinitionError(name, `"${schedule}" is no cron expression`);
    }
    const { queue, context } = this.#dependencies;
    await queue.addSchedule({ name, schedule, timezone: TIMEZONE, nextTick }, context);
  }
}
