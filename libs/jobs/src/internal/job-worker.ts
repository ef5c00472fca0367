import { Agenda, type Job } from 'agenda';
import type { OperationContext } from '@org/core';

import { InvalidJobDefinitionError } from '../errors.ts';
import type { JobErrorListener } from '../types.ts';
import type { JobQueueWriter } from './job-queue-writer.ts';
import type { JobRegistry, RegisteredJob } from './job-registry.ts';
import type { JobRunner } from './job-runner.ts';
import type { ClaimedJob } from './job-util.ts';
import type { LeasedJobs } from './leased-jobs.ts';
import type { WakeUpChannel } from './wake-up-channel.ts';

const TIMEZONE = 'UTC';

export interface JobWorkerDependencies {
  readonly workerId: string;
  readonly context: OperationContext;
  readonly registry: JobRegistry;
  readonly queue: JobQueueWriter;
  readonly runner: JobRunner;
  readonly leasedJobs: LeasedJobs;
  readonly channel: WakeUpChannel;
  readonly leaseMilliseconds: number;
  readonly pollIntervalMilliseconds: number;
  readonly maximumConcurrency: number;
  readonly onError: JobErrorListener;
}

/**
 * Agenda, which looks for due jobs, limits how many run at a time and knows cron. It runs from start
 * to stop; a worker that is to run again is another one.
 */
export class JobWorker {
  readonly #dependencies: JobWorkerDependencies;
  readonly #agenda: Agenda;

  constructor(dependencies: JobWorkerDependencies) {
    this.#dependencies = dependencies;
    const { leasedJobs, channel, maximumConcurrency, onError } = dependencies;
    this.#agenda = new Agenda({
      name: dependencies.workerId,
      backend: leasedJobs.backend,
      notificationChannel: channel,
      // As words, '200ms' would be taken and never run.
      processEvery: dependencies.pollIntervalMilliseconds,
      maxConcurrency: maximumConcurrency,
      // What it takes, it can run at once: a job that waited here would outlive its lease.
      lockLimit: maximumConcurrency,
      defaultLockLifetime: dependencies.leaseMilliseconds,
    });
    this.#agenda.on('error', (error: unknown) => {
      onError(error);
    });
    // Agenda would look for the next one at the next poll only.
    this.#agenda.on('complete', ({ attrs }: Job) => {
      setImmediate(() => void channel.wake(attrs.name));
    });
  }

  /**
   * @throws InvalidJobDefinitionError when a schedule is no cron expression
   * @throws ServiceUnavailableError when the schedules cannot be stored
   */
  async start(): Promise<void> {
    const { registry } = this.#dependencies;
    for (const job of registry.all) {
      this.#define(job);
    }
    for (const job of registry.all) {
      await this.#schedule(job);
    }
    await this.#agenda.start();
  }

  async stop(graceMilliseconds: number): Promise<void> {
    const { leasedJobs, runner } = this.#dependencies;
    await leasedJobs.close();
    await this.#agenda.stop();
    await runner.stop(graceMilliseconds);
  }

  #define({ name, concurrency }: RegisteredJob): void {
    this.#agenda.define<ClaimedJob>(
      name,
      (job) =>
        this.#dependencies.runner.run(job.attrs.data, {
          nextTick: job.attrs.nextRunAt,
          renew: () => job.touch(),
        }),
      { concurrency, lockLimit: concurrency },
    );
  }

  async #schedule({ name, schedule }: RegisteredJob): Promise<void> {
    if (schedule === undefined) {
      return;
    }
    const job = this.#agenda.create(name, {}).repeatEvery(schedule, { timezone: TIMEZONE });
    const nextTick = job.attrs.nextRunAt;
    if (nextTick === null) {
      throw new InvalidJobDefinitionError(name, `"${schedule}" is no cron expression`);
    }
    const { queue, context } = this.#dependencies;
    await queue.addSchedule({ name, schedule, timezone: TIMEZONE, nextTick }, context);
  }
}
