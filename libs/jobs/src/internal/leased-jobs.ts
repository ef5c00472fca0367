import { MongoJobRepository } from '@agendajs/mongo-backend';
import { toJobId, type AgendaBackend, type JobParameters } from 'agenda';
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
  /** What the database's time is ahead of the machine's, which agenda measures by. */
  readonly clockOffset: () => number;
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
  /** What was taken and has not begun, by lease. */
  readonly #waiting = new Map<string, ClaimedJob>();
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

  /**
   * Takes no further job, and gives back what has not begun: whatever agenda does with it, now or
   * later, it begins no more.
   */
  async close(): Promise<void> {
    const { leases, context, onError } = this.#dependencies;
    this.#isClosed = true;
    await Promise.allSettled(this.#underWay);
    await leases.releaseLeases([...this.#waiting.values()], context).catch(onError);
  }

  /** Whether the job may begin. To be asked right before it does. */
  begin({ leaseId }: ClaimedJob): boolean {
    return !this.#isClosed && this.#waiting.delete(leaseId);
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
      return claim && convertClaimToJobParameters(claim, this.#dependencies.clockOffset());
    } finally {
      this.#lookingFor.delete(name);
    }
  }

  /** Agenda saves when a job begins, is touched, and ends; the last is not its business. */
  override async saveJobState(job: JobParameters): Promise<void> {
    const isGivenBack = this.#isClosed && this.#waiting.has(claimIn(job).leaseId);
    if (job.lockedAt !== undefined && !isGivenBack) {
      const { leases, clockOffset, context } = this.#dependencies;
      const renewedAt = shifted(job.lockedAt, clockOffset());
      await this.#track(leases.renewLease(claimIn(job), renewedAt, context));
    }
  }

  /** Agenda does not wait for it, so it must not reject. */
  override async unlockJob(job: JobParameters): Promise<void> {
    const { leases, context, onError } = this.#dependencies;
    const claim = claimIn(job);
    if (this.begin(claim)) {
      await this.#track(leases.releaseLeases([claim], context)).catch(onError);
    }
  }

  /** Agenda means those that it did not begin when it is stopped: they are given back by then. */
  override async unlockJobs(): Promise<void> {}

  async #claim(name: string, lockDeadline: Date): Promise<ClaimedJob | undefined> {
    const { leases, clock, clockOffset, leaseMilliseconds, workerId, context } = this.#dependencies;
    const asked = clock.monotonicMilliseconds();
    const elapsed = (): number => clock.monotonicMilliseconds() - asked;
    let claim: ClaimedJob | undefined;
    do {
      this.#lookingFor.set(name, false);
      // Agenda measures by the machine's time, and tells it in this way only.
      const leasesEndedBefore = shifted(lockDeadline, clockOffset() + elapsed());
      const now = new Date(leasesEndedBefore.getTime() + leaseMilliseconds);
      claim = await leases.claimNextJob({ name, workerId, now, leasesEndedBefore }, context);
    } while (claim === undefined && this.#lookingFor.get(name) === true && !this.#isClosed);
    // Agenda trips over a lease that is as good as over, as after the database was away.
    const isLate = elapsed() > leaseMilliseconds / RENEWALS_PER_LEASE;
    if (claim !== undefined && (this.#isClosed || isLate)) {
      await leases.releaseLeases([claim], context);
      return undefined;
    }
    if (claim !== undefined) {
      this.#waiting.set(claim.leaseId, claim);
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

function shifted(date: Date, milliseconds: number): Date {
  return new Date(date.getTime() + milliseconds);
}

/** In the machine's time, or agenda would take a lease for over, or wait for what is due. */
function convertClaimToJobParameters(claim: ClaimedJob, clockOffset: number): JobParameters {
  return {
    _id: toJobId(claim.jobId),
    name: claim.name,
    type: claim.schedule === null ? 'normal' : 'single',
    priority: 0,
    nextRunAt: claim.dueAt && shifted(claim.dueAt, -clockOffset),
    lockedAt: shifted(claim.lockedAt, -clockOffset),
    ...(claim.schedule === null ? {} : { repeatInterval: claim.schedule }),
    ...(claim.timezone === null ? {} : { repeatTimezone: claim.timezone }),
    data: claim,
  };
}
