import type { Erasure, OperationContext, SecretKey } from '@org/core';
import { parseObjectId } from '@org/core/store';
import { PRIORITY_RANKS } from '@org/queue';
import { COUNTABLE } from '@org/queue/store';

import { DeadDeliveryNotFoundError } from '../../errors.ts';
import type { QueuedDelivery } from '../../types.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import { MILLISECONDS_PER_DAY, type AnyTopic } from '../topic/define-topic.ts';
import { encryptPayload, type NewDelivery } from './delivery-util.ts';
import type { DeliveryDocument } from './store/delivery-model.ts';
import { DeliveryRepository } from './store/delivery-repository.ts';

/** Windows and budgets are of a day; with room for clocks that differ. */
const LONGEST_HOLD_MILLISECONDS = 2 * MILLISECONDS_PER_DAY;

/** Queues deliveries and drops them; the attempt writer handles those being sent. */
export class DeliveryWriter {
  readonly #dependencies: ModuleDependencies;
  readonly #repository: DeliveryRepository;

  constructor(dependencies: ModuleDependencies) {
    this.#dependencies = dependencies;
    this.#repository = new DeliveryRepository(dependencies);
  }

  /** Stores a delivery in the context's transaction. It is due at once, unless it is withheld. */
  async queueDelivery(delivery: NewDelivery, context: OperationContext): Promise<QueuedDelivery> {
    const { clock, secretKey, settings } = this.#dependencies;
    const now = clock.now();
    const { expiresAt = after(now, delivery.topic.lifeTimeMilliseconds) } = delivery;
    const payload = encryptPayload(delivery, secretKey);
    const { _id } = await this.#repository.insertOne(
      {
        ...columnsOf(delivery),
        ...(delivery.isWithheld === true
          ? droppedAt(now, settings.finishedRetentionMilliseconds)
          : { status: 'queued', payload }),
        attempts: 0,
        next_attempt_at: now,
        expires_at: expiresAt,
        last_error: null,
      },
      context,
    );
    return { deliveryId: _id.toHexString() };
  }

  /** Counts a notice in the delivery that will sum up all with this key, if one is held. */
  async joinHeldNotice(
    notice: NewDelivery,
    key: string,
    transaction: OperationContext,
  ): Promise<QueuedDelivery | undefined> {
    const { clock, secretKey } = this.#dependencies;
    const now = clock.now();
    const update = {
      ...oneMore(notice, secretKey, transaction),
      // It may be long overdue, if no worker ran.
      $max: { expires_at: after(now, notice.topic.lifeTimeMilliseconds) },
    };
    const held = heldAs(key, notice, now);
    const joined = await this.#repository.updateNotice(held, update, transaction);
    return joined && { deliveryId: joined._id.toHexString() };
  }

  /** The same; holds one back if there is none. */
  async sumUpNotice(
    notice: NewDelivery,
    { key, waitMilliseconds }: { readonly key: string; readonly waitMilliseconds: number },
    transaction: OperationContext,
  ): Promise<QueuedDelivery> {
    const { clock, secretKey } = this.#dependencies;
    const now = clock.now();
    const dueAt = after(now, waitMilliseconds);
    const { _id } = await this.#repository.upsertNotice(
      heldAs(key, notice, now),
      {
        ...oneMore(notice, secretKey, transaction),
        $setOnInsert: {
          ...columnsOf(notice),
          attempts: 0,
          next_attempt_at: dueAt,
          expires_at: after(dueAt, notice.topic.lifeTimeMilliseconds),
          last_error: null,
        },
      },
      transaction,
    );
    return { deliveryId: _id.toHexString() };
  }

  /** One dead letter for all notices with this key: sending the next one would fail as well. */
  async recordUnsendableNotice(
    notice: NewDelivery,
    { key, problem }: { readonly key: string; readonly problem: string },
    context: OperationContext,
  ): Promise<QueuedDelivery> {
    const { clock, settings } = this.#dependencies;
    const now = clock.now();
    const { _id } = await this.#repository.upsertNotice(
      {
        values: { notice_key: key, status: 'dead', attempts: 0 },
        limits: { times: COUNTABLE },
      },
      {
        $inc: { times: 1 },
        $set: {
          last_error: problem,
          finished_at: now,
          purge_at: after(now, settings.deadRetentionMilliseconds),
        },
        $setOnInsert: { ...columnsOf(notice), next_attempt_at: now, expires_at: now },
      },
      context,
    );
    return { deliveryId: _id.toHexString() };
  }

  /**
   * Drops an account's unsent messages, including dead letters.
   *
   * @param topics all; those that survive a deletion do so on channels other than push, since the
   *   account has no browsers any more
   * @returns the number of deliveries
   */
  async dropQueuedDeliveriesByAccountId(
    accountId: string,
    topics: readonly Pick<AnyTopic, 'name' | 'survivesDeletion'>[],
    context: OperationContext,
  ): Promise<number> {
    const { clock, settings } = this.#dependencies;
    const now = clock.now();
    const kept = topics.filter(({ survivesDeletion = false }) => survivesDeletion);
    return this.#repository.updateMany(
      {
        account_id: accountId,
        status: { $in: ['queued', 'dead'] },
        $or: [{ topic: { $nin: kept.map(({ name }) => name) } }, { channel: 'push' }],
      },
      {
        $set: { ...droppedAt(now, settings.finishedRetentionMilliseconds), leased_until: null },
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
    await this.#repository.eraseOwned(accountId, erasure, context);
  }

  /** @throws DeadDeliveryNotFoundError if no dead letter with this id is still worth sending */
  async requeueDeadDelivery(deliveryId: string, context: OperationContext): Promise<void> {
    const now = this.#dependencies.clock.now();
    const _id = parseObjectId(deliveryId);
    const requeued =
      _id &&
      (await this.#repository.findOneAndUpdate(
        { _id, status: 'dead', expires_at: { $gt: now } },
        {
          $set: { status: 'queued', attempts: 0, next_attempt_at: now },
          $unset: { finished_at: 1, purge_at: 1 },
        },
        context,
      ));
    if (requeued === undefined) {
      throw new DeadDeliveryNotFoundError(deliveryId);
    }
  }
}

/**
 * Not one that a worker has leased: its contents may already be on their way. Nor one that another
 * program wrote so that no worker will ever lease it: what joined it would be lost.
 */
function heldAs(key: string, { channel }: NewDelivery, now: Date) {
  return {
    values: { notice_key: key, status: 'queued', leased_until: null },
    limits: {
      channel,
      next_attempt_at: { $lt: after(now, LONGEST_HOLD_MILLISECONDS) },
      expires_at: { $type: 'date' },
      attempts: COUNTABLE,
      times: COUNTABLE,
    },
  } as const;
}

/** One more in a delivery that sums up notices. It has the contents of the last. */
function oneMore(notice: NewDelivery, secretKey: SecretKey, { sourceAddress }: OperationContext) {
  // The sources of notices to proved contacts have no budget.
  const source = notice.isProved === true ? undefined : sourceAddress;
  return {
    $inc: { times: 1 },
    $set: { payload: encryptPayload({ ...notice, source }, secretKey) },
  };
}

function columnsOf({
  accountId,
  channel,
  topic,
}: NewDelivery): Pick<
  DeliveryDocument,
  'account_id' | 'channel' | 'topic' | 'priority' | 'leased_until'
> {
  const priority = PRIORITY_RANKS[topic.priority];
  return { account_id: accountId, channel, topic: topic.name, priority, leased_until: null };
}

function droppedAt(now: Date, retentionMilliseconds: number) {
  const purgeAt = after(now, retentionMilliseconds);
  return { status: 'dropped', finished_at: now, purge_at: purgeAt } as const;
}

function after(time: Date, milliseconds: number): Date {
  return new Date(time.getTime() + milliseconds);
}
