import type { OperationContext } from '@org/core';
import { withId, type MalformedDocumentError } from '@org/core/store';
import type { EventDefinition } from '@org/events';

import { messageDelivered, messageFailed } from '../../events.ts';
import type { DeliveryStatus } from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import type { HeldNotice, LeasedDelivery } from './delivery-util.ts';
import type { DeliveryDocument } from './store/delivery-model.ts';
import { DeliveryRepository } from './store/delivery-repository.ts';

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

type LeaseChange = Pick<
  Parameters<DeliveryRepository['findOneAndUpdate']>[1],
  '$set' | '$inc' | '$unset'
>;

/** Stores how attempts at deliveries ended. */
export class AttemptWriter {
  readonly #repository: DeliveryRepository;
  readonly #dependencies: ModuleDependencies;
  readonly #clock: ModuleDependencies['clock'];
  readonly #settings: ModuleDependencies['settings'];

  constructor(dependencies: ModuleDependencies) {
    this.#repository = new DeliveryRepository(dependencies, false);
    this.#dependencies = dependencies;
    this.#clock = dependencies.clock;
    this.#settings = dependencies.settings;
  }

  /**
   * Ends a delivery, and publishes how if anybody listens. Removes its payload, except that of a
   * dead letter, which is kept for a replay.
   */
  async finishDelivery(
    delivery: LeasedDelivery,
    result: FinishParams,
    context: OperationContext,
  ): Promise<void> {
    const { database, events } = this.#dependencies;
    const publication = publicationOf(delivery, result);
    if (publication === undefined || !events.hasListeners(publication.event)) {
      await this.#finish(delivery, result, context);
      return;
    }
    await database.withTransaction(context, async (transaction) => {
      if (await this.#finish(delivery, result, transaction)) {
        await events.publish(publication.event, publication.payload, transaction);
      }
    });
  }

  /** @returns whether the worker still had it */
  async #finish(
    delivery: LeasedDelivery,
    { status, lastError, providerMessageId, deliveredTo = [] }: FinishParams,
    context: OperationContext,
  ): Promise<boolean> {
    const retention =
      status === 'dead'
        ? this.#settings.deadRetentionMilliseconds
        : this.#settings.finishedRetentionMilliseconds;
    const end = {
      status,
      last_error: lastError ?? null,
      finished_at: this.#clock.now(),
      purge_at: this.#after(retention),
      ...(providerMessageId === undefined ? {} : { provider_message_id: providerMessageId }),
      ...progress(deliveredTo),
    };
    const update = { $set: end, ...(status === 'dead' ? {} : { $unset: { payload: 1 } as const }) };
    return this.#change(delivery, update, context);
  }

  /**
   * Ends this lease of a delivery, with a change.
   *
   * @returns whether the worker still had it
   */
  async #change(
    delivery: LeasedDelivery,
    { $set, ...update }: LeaseChange,
    context: OperationContext,
  ): Promise<boolean> {
    const changed = await this.#repository.findOneAndUpdate(
      leased(delivery),
      { ...update, $set: { ...$set, leased_until: null } },
      context,
    );
    return changed !== undefined;
  }

  /** Ends a delivery that cannot be read. */
  async buryDelivery(
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

  /** Gives a delivery back for a later retry. */
  async retryDelivery(
    delivery: LeasedDelivery,
    { delayMilliseconds, lastError, deliveredTo }: RetryParams,
    context: OperationContext,
  ): Promise<void> {
    const retry = { next_attempt_at: this.#after(delayMilliseconds), last_error: lastError };
    await this.#change(delivery, { $set: { ...retry, ...progress(deliveredTo) } }, context);
  }

  /** Gives a delivery back as if it had never been tried, because the worker is stopping. */
  async releaseDelivery(
    delivery: LeasedDelivery,
    { deliveredTo }: Pick<RetryParams, 'deliveredTo'>,
    context: OperationContext,
  ): Promise<void> {
    const again = { next_attempt_at: this.#clock.now(), ...progress(deliveredTo) };
    await this.#change(delivery, { $set: again, $inc: { attempts: -1 } }, context);
  }

  /**
   * Ends the holding of a notice: no further ones are summed up in it.
   *
   * @returns whether the worker still had it
   */
  async letNoticeGo(delivery: HeldNotice, transaction: OperationContext): Promise<boolean> {
    const changed = await this.#repository.findOneAndUpdate(
      { ...leased(delivery), leased_until: { $ne: null }, notice_key: delivery.noticeKey },
      { $unset: { notice_key: 1 } },
      transaction,
    );
    return changed !== undefined;
  }

  /** Holds a notice for longer, as if it had never been due. */
  async holdNotice(
    delivery: HeldNotice,
    waitMilliseconds: number,
    transaction: OperationContext,
  ): Promise<void> {
    const { expiresAt, noticeKey } = delivery;
    const again = {
      notice_key: noticeKey,
      next_attempt_at: this.#after(waitMilliseconds),
      expires_at: new Date(expiresAt.getTime() + waitMilliseconds),
    };
    await this.#change(delivery, { $set: again, $inc: { attempts: -1 } }, transaction);
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
function leased({ id, attempts, leaseId }: LeasedDelivery) {
  return { ...withId(id), status: 'queued', attempts, lease_id: leaseId } as const;
}

/** What others can hear of the end of a delivery. */
function publicationOf(
  { id: deliveryId, accountId, channel, topic }: LeasedDelivery,
  { status, lastError }: FinishParams,
): { readonly event: EventDefinition; readonly payload: object } | undefined {
  const payload = { deliveryId, accountId, channel, topic };
  if (status === 'sent') {
    return { event: messageDelivered, payload };
  }
  return status === 'dead'
    ? { event: messageFailed, payload: { ...payload, reason: lastError ?? '' } }
    : undefined;
}

function progress(deliveredTo: readonly string[]): Pick<DeliveryDocument, 'delivered_to'> {
  return deliveredTo.length === 0 ? {} : { delivered_to: deliveredTo };
}
