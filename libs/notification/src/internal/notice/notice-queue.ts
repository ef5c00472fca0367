import { OperationContext } from '@org/core';

import type { NoticeBudget } from '../../notice-budget.ts';
import type { QueuedDelivery } from '../../types.ts';
import type { AttemptWriter } from '../delivery/attempt-writer.ts';
import { findProblem } from '../delivery/delivery-policy.ts';
import {
  findPayload,
  isHeldNotice,
  noticeKeyOf,
  windowKeyOf,
  type LeasedDelivery,
  type NewDelivery,
} from '../delivery/delivery-util.ts';
import type { DeliveryWriter } from '../delivery/delivery-writer.ts';
import type { ModuleDependencies } from '../module-dependencies.ts';
import { NoticeWindowWriter } from './notice-window-writer.ts';

export interface NoticeQueueDependencies extends ModuleDependencies {
  readonly budget: NoticeBudget;
  readonly deliveries: DeliveryWriter;
  readonly attempts: AttemptWriter;
}

/** Holds notices back for as long as their windows and budgets say. */
export class NoticeQueue {
  readonly #dependencies: NoticeQueueDependencies;
  readonly #windows: NoticeWindowWriter;

  constructor(dependencies: NoticeQueueDependencies) {
    this.#dependencies = dependencies;
    this.#windows = new NoticeWindowWriter(dependencies);
  }

  /**
   * Notifies the owner of an event in their account. The event does not depend on it: a notice that
   * cannot be sent becomes a dead letter, not an error. Repetitions are limited: the first notice
   * of a kind is sent at once; those that follow within its window are counted, and one notice sums
   * them up at its end.
   */
  async queueNotice(notice: NewDelivery, context: OperationContext): Promise<QueuedDelivery> {
    const { database, deliveries, messages, secretKey } = this.#dependencies;
    const key = noticeKeyOf(notice, secretKey);
    const problem = findProblem(notice, messages);
    if (problem !== undefined) {
      return deliveries.recordUnsendableNotice(notice, { key, problem }, context);
    }
    const windowKey = windowKeyOf(notice, secretKey);
    return database.withTransaction(context, async (transaction) => {
      const rest = await this.#windows.countInWindow(windowKey, transaction);
      // One that is held goes first, with this one in it: else it would never be its turn.
      const joined =
        rest === 0 && notice.distinctBy === undefined
          ? await deliveries.joinHeldNotice(notice, key, transaction)
          : undefined;
      if (joined !== undefined) {
        return joined;
      }
      const waitMilliseconds = rest || (await this.#spend(windowKey, notice, transaction));
      return waitMilliseconds === 0
        ? deliveries.queueDelivery(notice, transaction)
        : deliveries.sumUpNotice(notice, { key, waitMilliseconds }, transaction);
    });
  }

  /**
   * Asks windows and budgets again about a notice that was held: others may have used them up
   * meanwhile. If they still do not allow it, it is held again. In one transaction with its count, so
   * that a worker that dies counts it once.
   *
   * @returns whether to send the delivery now
   */
  async admit(delivery: LeasedDelivery, context: OperationContext): Promise<boolean> {
    const { attempts, database, secretKey } = this.#dependencies;
    if (!isHeldNotice(delivery)) {
      return true;
    }
    const payload = findPayload(delivery, secretKey);
    if (payload === undefined) {
      return true; // The sender says what that means.
    }
    const { noticeKey } = delivery;
    const { actor, requestId } = context;
    const cause = OperationContext.create({ actor, requestId, sourceAddress: payload.source });
    return database.withTransaction(cause, async (transaction) => {
      if (!(await attempts.letNoticeGo(delivery, transaction))) {
        return false;
      }
      const waitMilliseconds =
        (await this.#windows.countInWindow(noticeKey, transaction)) ||
        (await this.#spend(noticeKey, payload, transaction));
      if (waitMilliseconds > 0) {
        await attempts.holdNotice(delivery, waitMilliseconds, transaction);
      }
      return waitMilliseconds === 0;
    });
  }

  /**
   * Uses up the budget of a notice's recipient and source, and opens its window.
   *
   * @returns how long it must wait, in milliseconds, if there is no budget; 0: it may be sent now
   */
  async #spend(
    windowKey: string,
    { recipient, isProved }: Pick<NewDelivery, 'isProved' | 'recipient'>,
    transaction: OperationContext,
  ): Promise<number> {
    // A push message reaches only browsers that the account has subscribed.
    const waitMilliseconds =
      recipient === ''
        ? 0
        : await this.#dependencies.budget.countNotice({ recipient, isProved }, transaction);
    if (waitMilliseconds === 0) {
      await this.#windows.openWindow(windowKey, transaction);
    }
    return waitMilliseconds;
  }
}
