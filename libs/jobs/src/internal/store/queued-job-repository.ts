import { randomUUID } from 'node:crypto';

import type { OperationContext } from '@org/core';
import type { RepositoryDependencies } from '@org/core/store';
import { LeasedRepository, type Lease, type WantedRows } from '@org/queue/store';
import { ObjectId, type Filter, type Sort, type UpdateFilter } from 'mongodb';

import { QueuedJobModel, type QueuedJobDocument } from './queued-job-model.ts';

const CLAIM_INDEX = { name: 1, nextRunAt: 1, priority: -1, lockedAt: 1, disabled: 1 } as const;

/**
 * The queue: agenda's collection, with agenda's index under agenda's name. A lease is `leaseId`, and
 * ends some time after `lockedAt`; a job keeps its due time until it ends.
 */
export class QueuedJobRepository extends LeasedRepository<QueuedJobDocument> {
  protected readonly claimOrder: Sort = { nextRunAt: 1, priority: -1 };
  protected readonly claimIndex = CLAIM_INDEX;

  /** @param isChecked whether malformed jobs count as missing; not where they are ended */
  constructor(dependencies: RepositoryDependencies, isChecked = true) {
    super(dependencies, {
      name: QueuedJobModel.getCollectionName(),
      ...(isChecked ? { fromBson: (document) => QueuedJobModel.fromBson(document) } : {}),
      indexes: [
        {
          keys: CLAIM_INDEX,
          options: { name: 'findAndLockNextJobIndex' },
        },
        {
          keys: { name: 1 },
          options: {
            name: 'scheduled_name_unique',
            unique: true,
            partialFilterExpression: { type: 'single' },
          },
        },
      ],
      unaudited: 'everything',
    });
  }

  kindOf({ name }: QueuedJobDocument): string {
    return name;
  }

  isUrgent(): boolean {
    return false;
  }

  /** Matches the job while it has the given lease. */
  withLease({ jobId, leaseId }: JobLease): Filter<QueuedJobDocument> {
    return { _id: ObjectId.createFromHexString(jobId), leaseId };
  }

  protected claimable(
    { kinds }: WantedRows,
    { now, leaseMilliseconds }: Pick<Lease, 'now' | 'leaseMilliseconds'>,
  ): Filter<QueuedJobDocument> {
    const hasExpired = { lockedAt: { $lte: new Date(now.getTime() - leaseMilliseconds) } };
    return {
      name: { $in: kinds },
      disabled: { $ne: true },
      // Also those without a time, as agenda itself leaves a job whose worker has died.
      nextRunAt: { $not: { $gt: now } },
      $or: [hasExpired, { lockedAt: null, nextRunAt: { $ne: null } }],
    };
  }

  protected leaseTo({ workerId, now }: Lease): UpdateFilter<QueuedJobDocument> {
    return { $set: { leaseId: randomUUID(), lockedAt: now, lastModifiedBy: workerId } };
  }

  protected renewal({ now }: Pick<Lease, 'now'>): UpdateFilter<QueuedJobDocument> {
    return { $set: { lockedAt: now } };
  }

  protected release(): UpdateFilter<QueuedJobDocument> {
    return { $set: { lockedAt: null, leaseId: null } };
  }

  /** Ends a job that cannot be read. */
  async bury(
    { _id }: QueuedJobDocument,
    failReason: string,
    context: OperationContext,
  ): Promise<void> {
    const now = this.database.clock.now();
    const end = { nextRunAt: null, lockedAt: null, leaseId: null, deadAt: now, failedAt: now };
    await this.updateMany({ _id }, { $set: { ...end, failReason } }, context);
  }

  protected leased({ _id, leaseId }: QueuedJobDocument): Filter<QueuedJobDocument> {
    return { _id, leaseId: leaseId ?? null };
  }
}

/** Proves that a worker has a job. */
interface JobLease {
  readonly jobId: string;
  readonly leaseId: string | null;
}
