import type { OperationContext } from '@org/core';
import { MalformedDocumentError } from '@org/core/store';

import type { DeliveryStatus, NotificationChannel } from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import {
  convertDeliveryBsonToLeasedDelivery,
  PRIORITY_RANKS,
  type LeasedDelivery,
} from './delivery-util.ts';
import type { DeliveryDocument } from './store/delivery-model.ts';
import { DeliveryRepository, withId } from './store/delivery-repository.ts';

export interface LeaseParams {
  readonly channel: NotificationChannel;
  /** Leases only deliveries with priority `urgent` or `high`. */
  readonly onlyUrgent: boolean;
}

export interface FinishParams {
  readonly status: Exclude<DeliveryStatus, 'queued' | 'dropped'>;
  /** Why it was not sent, or not to all. */
  readonly lastError?: string | undefined;
  readonly providerMessageId?: string | undefined;
  /** Push subscriptions that have received it. */
  readonly deliveredTo?: readonly string[];
}

export interface RetryParams {
  readonly delayMilliseconds: number;
  readonly lastError: string;
  readonly deliveredTo: readonly string[];
}

/** Leases due deliveries to this worker and stores how they ended. */
export class LeaseWriter {
  readonly #repository: DeliveryRepository;
  readonly #clock: ModuleDependencies['clock'];
  readonly #settings: ModuleDependencies['settings'];

  constructor(dependencies: ModuleDependencies) {
    this.#repository = new DeliveryRepository(dependencies, false);
    this.#clock = dependencies.clock;
    this.#settings = dependencies.settings;
  }

  /**
   * Leases the most urgent due delivery: one that is free, or whose lease has expired. A lease's
   * end is also when its delivery is due again, so one range of one index finds both. A malformed
   * one becomes a dead letter, and the next is leased.
   */
  async leaseNextDelivery(
    params: LeaseParams,
    context: OperationContext,
  ): Promise<LeasedDelivery | undefined> {
    for (;;) {
      const leased = await this.#leaseNext(params, context);
      try {
        return leased && convertDeliveryBsonToLeasedDelivery(leased);
      } catch (error) {
        if (leased === undefined || !(error instanceof MalformedDocumentError)) {
          throw error;
        }
        await this.#bury(leased, error, context);
      }
    }
  }

  async #bury(
    { _id }: DeliveryDocument,
    { message }: MalformedDocumentError,
    context: OperationContext,
  ): Promise<void> {
    const end = {
      status: 'dead',
      leased_until: null,
      last_error: message,
      finished_at: this.#clock.now(),
      purge_at: this.#after(this.#settings.deadRetentionMilliseconds),
    } as const;
    await this.#repository.updateMany({ _id }, { $set: end }, context);
  }

  async #leaseNext(
    { channel, onlyUrgent }: LeaseParams,
    context: OperationContext,
  ): Promise<DeliveryDocument | undefined> {
    const now = this.#clock.now();
    const leaseEnd = this.#after(this.#settings.leaseMilliseconds);
    return this.#repository.findOneAndUpdate(
      {
        status: 'queued',
        channel,
        // It could not be counted otherwise, and would be in the way of the others.
        attempts: { $gte: 0 },
        ...(onlyUrgent ? { priority: { $lte: PRIORITY_RANKS.high } } : {}),
        next_attempt_at: { $lte: now },
        expires_at: { $gt: now },
      },
      { $set: { next_attempt_at: leaseEnd, leased_until: leaseEnd }, $inc: { attempts: 1 } },
      context,
      { sort: { priority: 1, next_attempt_at: 1 } },
    );
  }

  /**
   * Ends a delivery. Removes its payload, except that of a dead letter, which is kept for a replay.
   */
  async finishDelivery(
    delivery: LeasedDelivery,
    { status, lastError, providerMessageId, deliveredTo = [] }: FinishParams,
    context: OperationContext,
  ): Promise<void> {
    const retention =
      status === 'dead'
        ? this.#settings.deadRetentionMilliseconds
        : this.#settings.finishedRetentionMilliseconds;
    await this.#repository.findOneAndUpdate(
      heldBy(delivery),
      {
        $set: {
          status,
          leased_until: null,
          last_error: lastError ?? null,
          finished_at: this.#clock.now(),
          purge_at: this.#after(retention),
          ...(providerMessageId === undefined ? {} : { provider_message_id: providerMessageId }),
          ...progress(deliveredTo),
        },
        ...(status === 'dead' ? {} : { $unset: { payload: 1 } }),
      },
      context,
    );
  }

  /** Gives a delivery back for a later retry. */
  async retryDelivery(
    delivery: LeasedDelivery,
    { delayMilliseconds, lastError, deliveredTo }: RetryParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#repository.findOneAndUpdate(
      heldBy(delivery),
      {
        $set: {
          leased_until: null,
          next_attempt_at: this.#after(delayMilliseconds),
          last_error: lastError,
          ...progress(deliveredTo),
        },
      },
      context,
    );
  }

  /** Gives a delivery back as if it had never been tried, because the worker is stopping. */
  async releaseDelivery(
    delivery: LeasedDelivery,
    { deliveredTo }: Pick<RetryParams, 'deliveredTo'>,
    context: OperationContext,
  ): Promise<void> {
    await this.#repository.findOneAndUpdate(
      heldBy(delivery),
      {
        $set: {
          leased_until: null,
          next_attempt_at: this.#clock.now(),
          ...progress(deliveredTo),
        },
        $inc: { attempts: -1 },
      },
      context,
    );
  }

  /** Ends expired deliveries, and removes the payload of expired dead letters. */
  async expireDeliveries(context: OperationContext): Promise<void> {
    const now = this.#clock.now();
    const outlived = { payload: { $exists: true }, expires_at: { $lte: now } };
    await this.#repository.updateMany(
      {
        ...outlived,
        status: 'queued',
        $or: [{ leased_until: null }, { leased_until: { $lte: now } }],
      },
      {
        $set: {
          status: 'expired',
          leased_until: null,
          finished_at: now,
          purge_at: this.#after(this.#settings.finishedRetentionMilliseconds),
        },
        $unset: { payload: 1 },
      },
      context,
    );
    await this.#repository.updateMany(
      { ...outlived, status: 'dead' },
      { $unset: { payload: 1 } },
      context,
    );
  }

  #after(milliseconds: number): Date {
    return new Date(this.#clock.now().getTime() + milliseconds);
  }
}

/** Matches the delivery while this lease is its latest. */
function heldBy({ id, attempts }: LeasedDelivery): ReturnType<typeof withId> {
  return { ...withId(id), status: 'queued', attempts };
}

function progress(deliveredTo: readonly string[]): Pick<DeliveryDocument, 'delivered_to'> {
  return deliveredTo.length === 0 ? {} : { delivered_to: deliveredTo };
}
