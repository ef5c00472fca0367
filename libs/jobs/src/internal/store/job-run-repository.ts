import {
  ApplicationRepository,
  createObjectId,
  type RepositoryDependencies,
} from '@org/core/store';
import { ObjectId } from 'mongodb';

import { JobRunModel, type JobRunDocument } from './job-run-model.ts';

export class JobRunRepository extends ApplicationRepository<JobRunDocument> {
  /** @param isChecked whether malformed runs count as missing; not where runs are ended */
  constructor(dependencies: RepositoryDependencies, isChecked = true) {
    super(dependencies, {
      name: JobRunModel.getCollectionName(),
      ...(isChecked ? { fromBson: (document) => JobRunModel.fromBson(document) } : {}),
      schema: {
        bsonType: 'object',
        required: ['job_name', 'status', 'retry_count', 'started_at'],
        properties: {
          job_name: { bsonType: 'string' },
          job_id: { bsonType: 'string' },
          worker_id: { bsonType: 'string' },
          status: { enum: ['running', 'succeeded', 'failed'] },
          arguments: { bsonType: 'object' },
          retry_count: { bsonType: 'int' },
          started_at: { bsonType: 'date' },
          ended_at: { bsonType: ['date', 'null'] },
          error: { bsonType: ['string', 'null'] },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      indexes: [
        {
          keys: { job_name: 1, started_at: -1 },
          options: { name: 'job_name_started_at_index' },
        },
        { keys: { status: 1 }, options: { name: 'status_index' } },
      ],
      unaudited: 'everything',
    });
  }

  createId(): string {
    return createObjectId(this.database.clock.now()).toHexString();
  }

  withId(runId: string): { _id: ObjectId } {
    return { _id: ObjectId.createFromHexString(runId) };
  }
}
