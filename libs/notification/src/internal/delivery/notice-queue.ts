import type { Clock, OperationContext, SecretKey, TransactionRunner } from '@org/core';

import type { NoticeBudget } from '../../notice-budget.ts';
import type { QueuedDelivery } from '../../types.ts';
import type { NoticeWindowWriter } from '../notice/notice-window-writer.ts';
import type { DeliveryWriter } from './delivery-writer.ts';
import { findProblem } from './message-policy.ts';
import type { NoticeWriter, QueueNoticeParams } from './notice-writer.ts';

export interface NoticeQueueDependencies {
  readonly deliveryWriter: DeliveryWriter;
  readonly noticeWriter: NoticeWriter;
  readonly windowWriter: NoticeWindowWriter;
  readonly transactions: TransactionRunner;
  readonly noticeBudget: NoticeBudget;
  readonly secretKey: SecretKey;
  readonly clock: Clock;
}

/** How long after a notice the next ones of its kind are only counted. */
const NOTICE_WINDOW_MILLISECONDS = 24 * 60 * 60_000;

/** Longer than any address; what an earlier backend stored may be longer still. */
const MAXIMUM_RECIPIENT_LENGTH = 320;

/**
 * Tells somebody what happened to their account. The act does not depend on it: a notice that cannot
 * be sent is a dead letter, not an error. And nobody is told again and again: the first notice of a
 * kind is sent at once, those that follow within its window are counted and told of by one at its end.
 */
export class NoticeQueue {
  readonly #dependencies: NoticeQueueDependencies;

  constructor(dependencies: NoticeQueueDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws ServiceUnavailableError when it cannot be stored */
  async queueNotice(params: QueueNoticeParams, context: OperationContext): Promise<QueuedDelivery> {
    // A worker of the version before greets by it.
    const notice = { ...params, data: { ...params.data, firstName: '' } };
    const { deliveryWriter, noticeWriter, transactions } = this.#dependencies;
    const key = this.#keyOf(notice);
    const problem = findProblem(notice);
    if (problem !== undefined) {
      return noticeWriter.recordUnsendable(notice, { key, problem }, context);
    }
    return transactions.withTransaction(context, async (transaction) => {
      const waitMilliseconds = await this.#findWait(notice, key, transaction);
      return waitMilliseconds === 0
        ? deliveryWriter.queueDelivery(notice, transaction)
        : noticeWriter.sumUp(notice, { key, waitMilliseconds }, transaction);
    });
  }

  /** How long until this notice may be told of, in milliseconds. */
  async #findWait(
    notice: QueueNoticeParams,
    key: string,
    transaction: OperationContext,
  ): Promise<number> {
    const { windowWriter, noticeBudget, clock } = this.#dependencies;
    const { isFirst, endsAt } = await windowWriter.enter(
      key,
      NOTICE_WINDOW_MILLISECONDS,
      transaction,
    );
    if (!isFirst) {
      return endsAt.getTime() - clock.now().getTime();
    }
    const { recipient } = notice;
    // A push message reaches nobody but browsers that subscribed to the account.
    return recipient === '' ? 0 : noticeBudget.countNotice({ recipient }, transaction);
  }

  /** The same for the same kind of notice to the same recipient, whichever account it is of. */
  #keyOf({ topic, channel, recipient, accountId }: QueueNoticeParams): string {
    const to =
      recipient === ''
        ? accountId
        : recipient.slice(0, MAXIMUM_RECIPIENT_LENGTH).normalize('NFKC').toLowerCase();
    return this.#dependencies.secretKey
      .hmac('notice window', JSON.stringify([topic, channel, to]))
      .toString('base64url');
  }
}
