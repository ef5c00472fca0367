import type { OperationContext } from '@org/core';
import { createObjectId, type IndexDefinition, type RepositoryDependencies } from '@org/core/store';
import { QueueRepository } from '@org/queue/store';
import type { Filter, ObjectId, UpdateFilter } from 'mongodb';

import { DeliveryModel, type DeliveryDocument } from './delivery-model.ts';

const STILL_HAS_PAYLOAD = { payload: { $exists: true } };

/** Tried at least once, without success. */
export const HAS_FAILED = { last_error: { $gt: '' } };

/** Which delivery sums up notices. */
interface SummedUp {
  /** What it has, and what a new one gets. */
  readonly values: Pick<DeliveryDocument, 'notice_key' | 'status'> &
    Partial<Pick<DeliveryDocument, 'attempts' | 'leased_until'>>;
  /** What else it must satisfy. */
  readonly limits: Filter<DeliveryDocument>;
}

const INDEXES: readonly IndexDefinition[] = [
  {
    keys: { status: 1, channel: 1, priority: 1, next_attempt_at: 1, expires_at: 1 },
    options: { name: 'claim_order' },
  },
  {
    keys: { expires_at: 1 },
    options: { name: 'payload_expiry', partialFilterExpression: STILL_HAS_PAYLOAD },
  },
  { keys: { status: 1, _id: 1 }, options: { name: 'status_age' } },
  { keys: { account_id: 1, status: 1 }, options: { name: 'account_status' } },
  {
    keys: { notice_key: 1, status: 1 },
    options: { name: 'notice_key', partialFilterExpression: { notice_key: { $exists: true } } },
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

export class DeliveryRepository extends QueueRepository<DeliveryDocument> {
  protected readonly kindField = 'channel';

  /** @param isChecked whether malformed deliveries count as missing; not where they are ended */
  constructor(dependencies: RepositoryDependencies, isChecked = true) {
    super(dependencies, {
      name: DeliveryModel.getCollectionName(),
      ...(isChecked ? { fromBson: (document) => DeliveryModel.fromBson(document) } : {}),
      // Queueing costs one insert. The change that caused a delivery is audited.
      unaudited: 'everything',
      schema: {
        bsonType: 'object',
        required: [
          'account_id',
          'channel',
          'topic',
          'priority',
          'status',
          'attempts',
          'next_attempt_at',
          'expires_at',
          'created_at',
          'updated_at',
        ],
        properties: {
          account_id: { bsonType: 'string' },
          channel: { bsonType: 'string' },
          topic: { bsonType: 'string' },
          priority: { bsonType: 'number' },
          payload: { bsonType: 'binData' },
          status: { bsonType: 'string' },
          attempts: { bsonType: 'number' },
          next_attempt_at: { bsonType: 'date' },
          leased_until: { bsonType: ['date', 'null'] },
          expires_at: { bsonType: 'date' },
          last_error: { bsonType: ['string', 'null'] },
          notice_key: { bsonType: 'string' },
          times: { bsonType: 'number' },
          finished_at: { bsonType: 'date' },
          purge_at: { bsonType: 'date' },
          created_at: { bsonType: 'date' },
          updated_at: { bsonType: 'date' },
        },
      },
      indexes: INDEXES,
    });
  }

  /**
   * Changes the delivery that sums up notices, or stores it with what it must equal. By its id: a sharded cluster stores
   * nothing by other fields.
   */
  async upsertNotice(
    { values, limits }: SummedUp,
    update: UpdateFilter<DeliveryDocument>,
    context: OperationContext,
  ): Promise<DeliveryDocument> {
    // Who changes the delivery in between makes this one start again.
    return this.database.withTransaction(context, async (transaction) => {
      const notice = { ...limits, ...values };
      const _id =
        (await this.#findNoticeId(notice, transaction)) ??
        createObjectId(this.database.clock.now());
      return this.upsertOne({ ...values, _id }, update, transaction);
    });
  }

  /** Changes the delivery that sums up notices, if there is one, in a transaction. */
  async updateNotice(
    { values, limits }: SummedUp,
    update: UpdateFilter<DeliveryDocument>,
    transaction: OperationContext,
  ): Promise<DeliveryDocument | undefined> {
    const notice = { ...limits, ...values };
    const _id = await this.#findNoticeId(notice, transaction);
    return _id && this.findOneAndUpdate({ ...notice, _id }, update, transaction);
  }

  async #findNoticeId(
    notice: Filter<DeliveryDocument>,
    transaction: OperationContext,
  ): Promise<ObjectId | undefined> {
    const options = { projection: { _id: 1 }, limit: 1 };
    const [found] = await this.findUnrecorded(notice, transaction, options);
    return found?._id;
  }
}
