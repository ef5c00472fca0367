import { setImmediate as turnOfTheEventLoop } from 'node:timers/promises';

import { MongoJobRepository } from '@agendajs/mongo-backend';
import { toJobId, type AgendaBackend, type JobId, type JobParameters } from 'agenda';
import type { Clock, OperationContext } from '@org/core';

import type { JobErrorListener } from '../types.ts';
import type { JobLeaseWriter } from './job-lease-writer.ts';
import type { ClaimedJob } from './job-util.ts';
import { RENEWALS_PER_LEASE } from './lease-renewal.ts';

/** The driver's database, in the words of agenda's backend. */
export type AgendaDatabase = Extract<
  ConstructorParameters<typeof MongoJobRepository>[0],
  { mongo: unknown }
>['mongo'];

export interface LeasedJobsDependencies {
  readonly database: AgendaDatabase;
  readonly leases: JobLeaseWriter;
  readonly clock: Clock;
  readonly leaseMilliseconds: number;
  readonly workerId: string;
  readonly context: OperationContext;
  readonly onError: JobErrorListener;
}

/**
 * Agenda's storage with leases that can be proved. Agenda's own writes back whole jobs by their id,
 * so that a worker whose lock ended overwrites what its successor stored; and it forgets when a job
 * was due as soon as it runs, so that one cannot be given back. Here a claim carries a lease id, and
 * nothing is written without it. How a job ends is not agenda's business: JobAttemptWriter stores it.
 */
export class LeasedJobs extends MongoJobRepository {
  readonly #dependencies: LeasedJobsDependencies;
  readonly #underWay = new Set<Promise<unknown>>();
  /** Names whose next job is being looked for, and whether to look again. */
  readonly #lookingFor = new Map<string, boolean>();
  #isClosed = false;

  constructor(dependencies: LeasedJobsDependencies) {
    const { database } = dependencies;
    super({ mongo: database, ensureIndex: false });
    this.#dependencies = dependencies;
  }

  /** As agenda wants it. Connects to nothing and disconnects from nothing. */
  get backend(): AgendaBackend {
    return {
      name: 'leased jobs',
      repository: this,
      ownsConnection: false,
      connect: () => this.connect(),
      disconnect: async () => {},
    };
  }

  /** Takes no further job, and waits for what is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#underWay);
    // Agenda goes on with what it got.
    await turnOfTheEventLoop();
  }

  /**
   * Takes a job that is due now; agenda would take those of the next interval too and hold them. A
   * second call for a name does not pile up behind the first, which looks once more instead.
   */
  override async getNextJobToRun(
    name: string,
    _nextScanAt: Date,
    lockDeadline: Date,
  ): Promise<JobParameters | undefined> {
    if (this.#isClosed) {
      return undefined;
    }
    if (this.#lookingFor.has(name)) {
      this.#lookingFor.set(name, true);
      return undefined;
    }
    try {
      const claim = await this.#track(this.#claim(name, lockDeadline));
      return claim && convertClaimToJobParameters(claim);
    } finally {
      this.#lookingFor.delete(name);
    }
  }

  /** Agenda saves when a job begins, is touched, and ends; the last is not its business. */
  override async saveJobState(job: JobParameters): Promise<void> {
    if (job.lockedAt !== undefined) {
      const { leases, context } = this.#dependencies;
      await this.#track(leases.renewLease(claimIn(job), job.lockedAt, context));
    }
  }

  /** Agenda does not wait for it, so it must not reject. */
  override async unlockJob(job: JobParameters): Promise<void> {
    const { leases, context, onError } = this.#dependencies;
    await this.#track(leases.releaseLease(claimIn(job), context)).catch(onError);
  }

  /** Those that agenda took and did not begin when it is stopped. */
  override async unlockJobs(jobIds: (JobId | string)[]): Promise<void> {
    const { leases, workerId, context } = this.#dependencies;
    await leases.releaseLeasesOfWorker(jobIds, workerId, context);
  }

  async #claim(name: string, lockDeadline: Date): Promise<ClaimedJob | undefined> {
    const { leases, clock, leaseMilliseconds, workerId, context } = this.#dependencies;
    const asked = clock.monotonicMilliseconds();
    const elapsed = (): number => clock.monotonicMilliseconds() - asked;
    let claim: ClaimedJob | undefined;
    do {
      this.#lookingFor.set(name, false);
      // Agenda measures by the machine's time, and tells it in this way only.
      const leasesEndedBefore = new Date(lockDeadline.getTime() + elapsed());
      const now = new Date(leasesEndedBefore.getTime() + leaseMilliseconds);
      claim = await leases.claimNextJob({ name, workerId, now, leasesEndedBefore }, context);
    } while (claim === undefined && this.#lookingFor.get(name) === true && !this.#isClosed);
    // Agenda trips over a lease that is as good as over, as after the database was away.
    const isLate = elapsed() > leaseMilliseconds / RENEWALS_PER_LEASE;
    if (claim !== undefined && (this.#isClosed || isLate)) {
      await leases.releaseLease(claim, context);
      return undefined;
    }
    return claim;
  }

  async #track<Result>(operation: Promise<Result>): Promise<Result> {
    this.#underWay.add(operation);
    try {
      return await operation;
    } finally {
      this.#underWay.delete(operation);
    }
  }
}

/** Agenda carries the claim as the data of its job. */
export function claimIn(job: Pick<JobParameters, 'data'>): ClaimedJob {
  return job.data as ClaimedJob;
}

function convertClaimToJobParameters(claim: ClaimedJob): JobParameters {
  return {
    _id: toJobId(claim.jobId),
    name: claim.name,
    type: claim.schedule === null ? 'normal' : 'single',
    priority: 0,
    nextRunAt: claim.dueAt,
    lockedAt: claim.lockedAt,
    ...(claim.schedule === null ? {} : { repeatInterval: claim.schedule }),
    ...(claim.timezone === null ? {} : { repeatTimezone: claim.timezone }),
    data: claim,
  };
}
