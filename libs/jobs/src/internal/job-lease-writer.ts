import { randomUUID } from 'node:crypto';

import type { OperationContext } from '@org/core';

import { JobLeaseLostError } from '../errors.ts';
import { convertQueuedJobBsonToClaimedJob, type ClaimedJob } from './job-util.ts';
import type { QueuedJobRepository } from './store/queued-job-repository.ts';

export interface ClaimJobParams {
  readonly name: string;
  readonly workerId: string;
  readonly now: Date;
  /** Leases last renewed before this time have expired. */
  readonly leasesEndedBefore: Date;
}

/** Records which worker has which job. Each change is one atomic step on one document. */
export class JobLeaseWriter {
  readonly #jobs: QueuedJobRepository;

  constructor(jobs: QueuedJobRepository) {
    this.#jobs = jobs;
  }

  /** Takes the job of this name that has been due longest, or whose worker no longer responds. */
  async claimNextJob(
    { name, workerId, now, leasesEndedBefore }: ClaimJobParams,
    context: OperationContext,
  ): Promise<ClaimedJob | undefined> {
    const lease = { leaseId: randomUUID(), lockedAt: now };
    const claimed = await this.#jobs.findOneAndUpdate(
      {
        name,
        disabled: { $ne: true },
        $or: [
          { lockedAt: null, nextRunAt: { $lte: now } },
          { lockedAt: { $lte: leasesEndedBefore } },
        ],
      },
      { $set: { ...lease, lastModifiedBy: workerId } },
      context,
      { sort: { nextRunAt: 1, priority: -1 } },
    );
    return claimed && convertQueuedJobBsonToClaimedJob(claimed, lease);
  }

  /** @throws JobLeaseLostError if another worker has the job by now, or it has ended */
  async renewLease(claim: ClaimedJob, now: Date, context: OperationContext): Promise<void> {
    const renewed = await this.#jobs.findOneAndUpdate(
      this.#jobs.leased(claim),
      { $set: { lockedAt: now } },
      context,
    );
    if (renewed === undefined) {
      throw new JobLeaseLostError();
    }
  }

  /** Releases those that have not begun to run and that no other worker has taken. */
  async releaseLeases(claims: readonly ClaimedJob[], context: OperationContext): Promise<void> {
    if (claims.length > 0) {
      await this.#jobs.updateMany(
        { $or: claims.map((claim) => this.#jobs.leased(claim)) },
        { $set: { lockedAt: null, leaseId: null } },
        context,
      );
    }
  }
}
