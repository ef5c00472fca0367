import type { Erasure, OperationContext } from '@org/core';
import { parseObjectId, withId, type CollectionReport } from '@org/core/store';
import { PRIORITY_RANKS, type QueuePriority } from '@org/queue';

import { WebhookDeliveryNotFoundError } from '../../errors.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import { ENDPOINT_DELETED, type WebhookEvent } from './delivery-util.ts';
import { DeliveryRepository } from './store/delivery-repository.ts';

/** Queues deliveries, and ends those that nobody sends; the attempt writer handles the others. */
export class DeliveryWriter {
  readonly #repository: DeliveryRepository;
  readonly #dependencies: ModuleDependencies;

  constructor(dependencies: ModuleDependencies) {
    this.#repository = new DeliveryRepository(dependencies);
    this.#dependencies = dependencies;
  }

  async initialize(): Promise<CollectionReport> {
    return this.#repository.onInitCollection();
  }

  /**
   * Stores one delivery for each endpoint in the context's transaction: one round trip.
   *
   * @returns their ids
   */
  async queueDeliveries(
    { name, data, publishedAt, accountId }: WebhookEvent,
    endpointIds: readonly string[],
    context: OperationContext,
    priority: QueuePriority = 'normal',
  ): Promise<readonly string[]> {
    const now = this.#dependencies.clock.now();
    const stored = await this.#repository.insertMany(
      endpointIds.map((endpointId) => ({
        endpoint_id: endpointId,
        event: name,
        data,
        published_at: publishedAt,
        ...(accountId === undefined ? {} : { account_id: accountId }),
        status: 'queued',
        priority: PRIORITY_RANKS[priority],
        attempts: 0,
        ...this.#fresh(now),
      })),
      context,
    );
    return stored.map(({ _id }) => _id.toHexString());
  }

  /** @throws WebhookDeliveryNotFoundError if there is none, or it has not ended */
  async requeueDelivery(deliveryId: string, context: OperationContext): Promise<void> {
    const requeued = await this.#repository.findOneAndUpdate(
      { ...withId(deliveryId), status: { $in: ['delivered', 'failed'] } },
      {
        $set: { status: 'queued', ...this.#fresh(this.#dependencies.clock.now()) },
        $unset: { finished_at: 1, purge_at: 1 },
      },
      context,
    );
    if (requeued === undefined) {
      throw new WebhookDeliveryNotFoundError(deliveryId);
    }
  }

  /** Makes everything due that waits for an endpoint. */
  async hastenDeliveries(endpointId: string, context: OperationContext): Promise<void> {
    await this.#repository.updateMany(
      { status: 'queued', endpoint_id: endpointId, leased_until: null },
      { $min: { next_attempt_at: this.#dependencies.clock.now() } },
      context,
    );
  }

  /**
   * Ends what waits for an endpoint that was deleted, also what is being sent.
   *
   * @returns how many deliveries
   */
  async endDeliveriesByEndpointId(endpointId: string, context: OperationContext): Promise<number> {
    if (parseObjectId(endpointId) === undefined) {
      // No delivery has it, and it may be longer than a query.
      return 0;
    }
    const filter = { status: 'queued', endpoint_id: endpointId } as const;
    return this.#endAsFailed(filter, ENDPOINT_DELETED, context);
  }

  /** Ends what was not delivered in time. */
  async endExpiredDeliveries(context: OperationContext): Promise<void> {
    const now = this.#dependencies.clock.now();
    await this.#endAsFailed(
      { status: 'queued', expires_at: { $lte: now }, next_attempt_at: { $lte: now } },
      'It was not delivered in time.',
      context,
    );
  }

  async eraseDeliveriesByAccountId(
    accountId: string,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#repository.eraseOwned(accountId, erasure, context);
  }

  async #endAsFailed(
    filter: Parameters<DeliveryRepository['updateMany']>[0],
    reason: string,
    context: OperationContext,
  ): Promise<number> {
    const { clock, settings } = this.#dependencies;
    const now = clock.now();
    return this.#repository.updateMany(
      filter,
      {
        $set: {
          status: 'failed',
          leased_until: null,
          last_error: reason,
          finished_at: now,
          purge_at: new Date(now.getTime() + settings.logRetentionMilliseconds),
        },
      },
      context,
    );
  }

  /** Fields of a delivery that was just queued. */
  #fresh(now: Date) {
    const { lifeMilliseconds } = this.#dependencies.settings;
    return {
      failures: 0,
      next_attempt_at: now,
      leased_until: null,
      expires_at: new Date(now.getTime() + lifeMilliseconds),
      last_status: null,
      last_error: null,
    } as const;
  }
}
