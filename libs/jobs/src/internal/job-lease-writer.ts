import { randomUUID } from 'node:crypto';

import type { OperationContext } from '@org/core';

import { JobLeaseLostError } from '../errors.ts';
import { convertQueuedJobBsonToClaimedJob, type ClaimedJob } from './job-util.ts';
import type { QueuedJobRepository } from './store/queued-job-repository.ts';

export interface ClaimJobParams {
  readonly name: string;
  readonly workerId: string;
  readonly now: Date;
  /** Leases that were renewed last before this time have ended. */
  readonly leasesEndedBefore: Date;
}

/** Who has which job. Each change is one atomic step on one document. */
export class JobLeaseWriter {
  readonly #jobs: QueuedJobRepository;

  constructor(jobs: QueuedJobRepository) {
    this.#jobs = jobs;
  }

  /** Takes the job of this name that is due longest, or whose worker no longer answers. */
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

  /** @throws JobLeaseLostError when another worker has the job by now, or it has ended */
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

  /** Gives back those that did not begin to run and have not been taken by another worker. */
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
