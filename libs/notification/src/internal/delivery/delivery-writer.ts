import type {
  AuditTrail,
  Clock,
  Erasure,
  OperationContext,
  SecretKey,
  TransactionRunner,
} from '@org/core';

import { DeadDeliveryNotFoundError } from '../../errors.ts';
import type { QueuedDelivery } from '../../types.ts';
import { encryptPayload, PRIORITY_RANKS } from './delivery-util.ts';
import { checkMessage, type MessageToQueue } from './message-policy.ts';
import { DeliveryModel } from './store/delivery-model.ts';
import { withId, type DeliveryRepository } from './store/delivery-repository.ts';

export interface DeliveryWriterDependencies {
  readonly repository: DeliveryRepository;
  readonly transactions: TransactionRunner;
  readonly audit: AuditTrail;
  readonly secretKey: SecretKey;
  readonly clock: Clock;
  readonly finishedRetentionMilliseconds: number;
}

export interface QueueDeliveryParams extends MessageToQueue {
  readonly accountId: string;
  readonly expiresAt?: Date | undefined;
}

/** Puts messages into the outbox and takes them out again; sending them is the lease's business. */
export class DeliveryWriter {
  readonly #repository: DeliveryRepository;
  readonly #transactions: TransactionRunner;
  readonly #audit: AuditTrail;
  readonly #secretKey: SecretKey;
  readonly #clock: Clock;
  readonly #finishedRetentionMilliseconds: number;

  constructor(dependencies: DeliveryWriterDependencies) {
    this.#repository = dependencies.repository;
    this.#transactions = dependencies.transactions;
    this.#audit = dependencies.audit;
    this.#secretKey = dependencies.secretKey;
    this.#clock = dependencies.clock;
    this.#finishedRetentionMilliseconds = dependencies.finishedRetentionMilliseconds;
  }

  /**
   * Stores a message in the context's transaction.
   *
   * @throws NotificationBadRequestError when it could never be sent
   */
  async queueDelivery(
    params: QueueDeliveryParams,
    context: OperationContext,
  ): Promise<QueuedDelivery> {
    const { priority, lifeTimeMilliseconds } = checkMessage(params);
    const { accountId, channel, topic, recipient, data } = params;
    const now = this.#clock.now();
    const { _id } = await this.#repository.insertOne(
      {
        account_id: accountId,
        channel,
        topic,
        priority: PRIORITY_RANKS[priority],
        payload: encryptPayload({ recipient, data }, this.#secretKey),
        status: 'queued',
        attempts: 0,
        next_attempt_at: now,
        leased_until: null,
        expires_at: params.expiresAt ?? new Date(now.getTime() + lifeTimeMilliseconds),
        last_error: null,
      },
      context,
    );
    return { deliveryId: _id.toHexString() };
  }

  /** Drops what is still to be sent to an account, dead letters included. */
  async dropQueuedDeliveriesByAccountId(
    accountId: string,
    context: OperationContext,
  ): Promise<number> {
    const now = this.#clock.now();
    return this.#repository.updateMany(
      { account_id: accountId, status: { $in: ['queued', 'dead'] } },
      {
        $set: {
          status: 'dropped',
          leased_until: null,
          finished_at: now,
          purge_at: new Date(now.getTime() + this.#finishedRetentionMilliseconds),
        },
        $unset: { payload: 1 },
      },
      context,
    );
  }

  async deleteDeliveriesByAccountId(
    accountId: string,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#repository.eraseMany({ account_id: accountId }, erasure, context);
  }

  /** @throws DeadDeliveryNotFoundError */
  async replayDeadDelivery(deliveryId: string, context: OperationContext): Promise<void> {
    await this.#transactions.withTransaction(context, async (transaction) => {
      const now = this.#clock.now();
      const replayed = await this.#repository.findOneAndUpdate(
        { ...withId(deliveryId), status: 'dead', expires_at: { $gt: now } },
        {
          $set: { status: 'queued', attempts: 0, next_attempt_at: now },
          $unset: { finished_at: 1, purge_at: 1 },
        },
        transaction,
      );
      if (replayed === undefined) {
        throw new DeadDeliveryNotFoundError(deliveryId);
      }
      await this.#audit.record(
        [
          {
            resourceType: DeliveryModel.getCollectionName(),
            resourceId: deliveryId,
            action: 'update',
            changes: { status: { old: 'dead', new: 'queued' } },
          },
        ],
        transaction,
      );
    });
  }
}
