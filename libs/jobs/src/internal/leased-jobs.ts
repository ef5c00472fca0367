import { MongoJobRepository } from '@agendajs/mongo-backend';
import { toJobId, type AgendaBackend, type JobParameters } from 'agenda';
import type { Clock, OperationContext } from '@org/core';

import type { JobErrorListener } from '../types.ts';
import type { JobLeaseWriter } from './job-lease-writer.ts';
import type { ClaimedJob } from './job-util.ts';
import { RENEWALS_PER_LEASE } from './lease-renewal.ts';

/** The driver's database, as agenda's backend types it. */
export type AgendaDatabase = Extract<
  ConstructorParameters<typeof MongoJobRepository>[0],
  { mongo: unknown }
>['mongo'];

export interface LeasedJobsDependencies {
  readonly database: AgendaDatabase;
  readonly leases: JobLeaseWriter;
  readonly clock: Clock;
  /** How far the database's time is ahead of the machine's, which agenda uses. */
  readonly clockOffset: () => number;
  readonly leaseMilliseconds: number;
  readonly workerId: string;
  readonly context: OperationContext;
  readonly onError: JobErrorListener;
}

/**
 * Agenda's storage with verifiable leases. Agenda's own writes whole jobs back by id, so that a
 * worker whose lock has expired overwrites its successor's changes; and it forgets when a running
 * job was due, so that the job cannot be given back. Here a claim carries a lease id, and nothing
 * is written without it. Agenda does not decide how a job ends: JobAttemptWriter stores that.
 */
export class LeasedJobs extends MongoJobRepository {
  readonly #dependencies: LeasedJobsDependencies;
  readonly #underWay = new Set<Promise<unknown>>();
  /** Names that are being looked up, and whether to look again. */
  readonly #lookingFor = new Map<string, boolean>();
  /** Claimed jobs that have not begun, by lease. */
  readonly #waiting = new Map<string, ClaimedJob>();
  #isClosed = false;

  constructor(dependencies: LeasedJobsDependencies) {
    const { database } = dependencies;
    super({ mongo: database, ensureIndex: false });
    this.#dependencies = dependencies;
  }

  /** The form that agenda expects. It neither connects nor disconnects. */
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
   * Takes no more jobs, and gives back those that have not begun: agenda cannot begin them
   * afterwards.
   */
  async close(): Promise<void> {
    const { leases, context, onError } = this.#dependencies;
    this.#isClosed = true;
    await Promise.allSettled(this.#underWay);
    await leases.releaseLeases([...this.#waiting.values()], context).catch(onError);
  }

  /** Whether the job may begin. Call it right before the job does. */
  begin({ leaseId }: ClaimedJob): boolean {
    return !this.#isClosed && this.#waiting.delete(leaseId);
  }

  /**
   * Takes a job that is due now; agenda would also take and hold those of the next interval. A
   * second call for a name does not queue behind the first, which looks once more instead.
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

  /** Agenda saves when a job begins, is touched, and ends; the last is not up to agenda. */
  override async saveJobState(job: JobParameters): Promise<void> {
    const isGivenBack = this.#isClosed && this.#waiting.has(claimIn(job).leaseId);
    if (job.lockedAt !== undefined && !isGivenBack) {
      const { leases, clockOffset, context } = this.#dependencies;
      const renewedAt = shifted(job.lockedAt, clockOffset());
      await this.#track(leases.renewLease(claimIn(job), renewedAt, context));
    }
  }

  /** Agenda does not await it, so it must not reject. */
  override async unlockJob(job: JobParameters): Promise<void> {
    const { leases, context, onError } = this.#dependencies;
    const claim = claimIn(job);
    if (this.begin(claim)) {
      await this.#track(leases.releaseLeases([claim], context)).catch(onError);
    }
  }

  /** Agenda calls it for jobs not begun when it is stopped: they have been given back by then. */
  override async unlockJobs(): Promise<void> {}

  async #claim(name: string, lockDeadline: Date): Promise<ClaimedJob | undefined> {
    const { leases, clock, clockOffset, leaseMilliseconds, workerId, context } = this.#dependencies;
    const asked = clock.monotonicMilliseconds();
    const elapsed = (): number => clock.monotonicMilliseconds() - asked;
    let claim: ClaimedJob | undefined;
    do {
      this.#lookingFor.set(name, false);
      // Agenda uses the machine's time, and passes it only in this way.
      const leasesEndedBefore = shifted(lockDeadline, clockOffset() + elapsed());
      const now = new Date(leasesEndedBefore.getTime() + leaseMilliseconds);
      claim = await leases.claimNextJob({ name, workerId, now, leasesEndedBefore }, context);
    } while (claim === undefined && this.#lookingFor.get(name) === true && !this.#isClosed);
    // Agenda fails on a lease that has almost expired, as after a database outage.
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

/** Agenda carries the claim as its job's data. */
export function claimIn(job: Pick<JobParameters, 'data'>): ClaimedJob {
  return job.data as ClaimedJob;
}

function shifted(date: Date, milliseconds: number): Date {
  return new Date(date.getTime() + milliseconds);
}

/** In the machine's time, or agenda would consider a lease expired, or wait for a due job. */
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
