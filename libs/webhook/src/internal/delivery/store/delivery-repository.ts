import type { IndexDefinition, RepositoryDependencies } from '@org/core/store';
import { QueueRepository } from '@org/queue/store';

import { DeliveryModel, type DeliveryDocument } from './delivery-model.ts';

const INDEXES: readonly IndexDefinition[] = [
  {
    keys: { status: 1, endpoint_id: 1, priority: 1, next_attempt_at: 1, expires_at: 1 },
    options: { name: 'claim_order' },
  },
  { keys: { status: 1, expires_at: 1 }, options: { name: 'life' } },
  { keys: { endpoint_id: 1, _id: -1 }, options: { name: 'endpoint_newest_first' } },
  {
    keys: { account_id: 1 },
    options: { name: 'account', partialFilterExpression: { account_id: { $exists: true } } },
  },
  {
    keys: { purge_at: 1 },
    options: {
      name: 'purge_finished',
      expireAfterSeconds: 0,
      partialFilterExpression: { purge_at: { $exists: true } },
    },
  },
];

/** The log is the queue, too: what waits and what has ended are documents of one kind. */
export class DeliveryRepository extends QueueRepository<DeliveryDocument> {
  /** Each endpoint has slots of its own, so that one that hangs delays no other. */
  protected readonly kindField = 'endpoint_id';

  /** @param isChecked whether malformed deliveries count as missing; not where they are ended */
  constructor(dependencies: RepositoryDependencies, isChecked = true) {
    super(dependencies, {
      name: DeliveryModel.getCollectionName(),
      ...(isChecked ? { fromBson: (document) => DeliveryModel.fromBson(document) } : {}),
      // The change that caused a delivery is audited.
      unaudited: 'everything',
      schema: {
        bsonType: 'object',
        required: [
          'endpoint_id',
          'event',
          'data',
          'published_at',
          'priority',
          'status',
          'attempts',
          'failures',
          'next_attempt_at',
          'expires_at',
          'created_at',
          'updated_at',
        ],
        properties: {
          endpoint_id: { bsonType: 'string' },
          event: { bsonType: 'string' },
          data: { bsonType: 'object' },
          published_at: { bsonType: 'date' },
          account_id: { bsonType: 'string' },
          priority: { bsonType: 'number' },
          status: { bsonType: 'string' },
          attempts: { bsonType: 'number' },
          failures: { bsonType: 'number' },
          next_attempt_at: { bsonType: 'date' },
          leased_until: { bsonType: ['date', 'null'] },
          expires_at: { bsonType: 'date' },
          last_status: { bsonType: ['number', 'null'] },
          last_error: { bsonType: ['string', 'null'] },
          finished_at: { bsonType: 'date' },
          purge_at: { bsonType: 'date' },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      indexes: INDEXES,
    });
  }
}
