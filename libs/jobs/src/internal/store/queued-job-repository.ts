import { ApplicationRepository, type RepositoryDependencies } from '@org/core/store';
import { ObjectId, type Filter } from 'mongodb';

import { QueuedJobModel, type QueuedJobDocument } from './queued-job-model.ts';

/** The queue: agenda's collection, with agenda's index under agenda's name. */
export class QueuedJobRepository extends ApplicationRepository<QueuedJobDocument> {
  constructor(dependencies: RepositoryDependencies) {
    super(dependencies, {
      name: QueuedJobModel.getCollectionName(),
      indexes: [
        {
          keys: { name: 1, nextRunAt: 1, priority: -1, lockedAt: 1, disabled: 1 },
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

  /** Matches the job while it has the given lease. */
  leased({ jobId, leaseId }: Lease): Filter<QueuedJobDocument> {
    return { _id: ObjectId.createFromHexString(jobId), leaseId };
  }
}

/** Proves that a worker has a job. */
interface Lease {
  readonly jobId: string;
  readonly leaseId: string;
}
