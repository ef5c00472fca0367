import type { Clock, OperationContext, SecretKey } from '@org/core';

import type { NotificationChannel, QueuedDelivery } from '../../types.ts';
import { topics, type NotificationTopic } from '../topic/topics.ts';
import { encryptPayload, PRIORITY_RANKS } from './delivery-util.ts';
import type { MessageToQueue } from './message-policy.ts';
import type { DeliveryRepository } from './store/delivery-repository.ts';

export interface NoticeWriterDependencies {
  readonly repository: DeliveryRepository;
  readonly secretKey: SecretKey;
  readonly clock: Clock;
  readonly deadRetentionMilliseconds: number;
}

/** A message of a topic that is summed up. */
export interface QueueNoticeParams extends MessageToQueue {
  readonly accountId: string;
  readonly topic: NotificationTopic;
}

/** Rows that stand for many notices of a kind. */
export class NoticeWriter {
  readonly #dependencies: NoticeWriterDependencies;

  constructor(dependencies: NoticeWriterDependencies) {
    this.#dependencies = dependencies;
  }

  /** Counts a notice in the one that will tell of all of them. */
  async sumUp(
    notice: QueueNoticeParams,
    { key, waitMilliseconds }: { readonly key: string; readonly waitMilliseconds: number },
    transaction: OperationContext,
  ): Promise<QueuedDelivery> {
    const { repository, secretKey, clock } = this.#dependencies;
    const { recipient, data, topic } = notice;
    const dueAt = clock.now().getTime() + waitMilliseconds;
    // Not one that a worker has had: what it says may be on its way.
    const { _id } = await repository.upsertOne(
      { notice_key: key, status: 'queued', attempts: 0 },
      {
        $inc: { times: 1 },
        $set: { payload: encryptPayload({ recipient, data }, secretKey) },
        $setOnInsert: {
          ...describe(notice),
          next_attempt_at: new Date(dueAt),
          expires_at: new Date(dueAt + topics[topic].lifeTimeMilliseconds),
          last_error: null,
        },
      },
      transaction,
    );
    return { deliveryId: _id.toHexString() };
  }

  /** One dead letter for all of a kind: what cannot be sent today cannot be sent tomorrow. */
  async recordUnsendable(
    notice: QueueNoticeParams,
    { key, problem }: { readonly key: string; readonly problem: string },
    context: OperationContext,
  ): Promise<QueuedDelivery> {
    const { repository, clock, deadRetentionMilliseconds } = this.#dependencies;
    const now = clock.now();
    const { _id } = await repository.upsertOne(
      { notice_key: key, status: 'dead', attempts: 0 },
      {
        $inc: { times: 1 },
        $set: {
          last_error: problem,
          finished_at: now,
          purge_at: new Date(now.getTime() + deadRetentionMilliseconds),
        },
        $setOnInsert: {
          ...describe(notice),
          next_attempt_at: now,
          expires_at: now,
        },
      },
      context,
    );
    return { deliveryId: _id.toHexString() };
  }
}

interface Described {
  readonly account_id: string;
  readonly channel: NotificationChannel;
  readonly topic: string;
  readonly priority: number;
  readonly leased_until: null;
}

function describe({ accountId, channel, topic }: QueueNoticeParams): Described {
  const priority = PRIORITY_RANKS[topics[topic].priority];
  return { account_id: accountId, channel, topic, priority, leased_until: null };
}
