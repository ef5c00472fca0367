import type { Clock, OperationContext } from '@org/core';

import type { ThrottleBudget } from '../../types.ts';
import { ThrottleCounterModel } from './store/throttle-counter-model.ts';
import type { ThrottleCounterRepository } from './store/throttle-counter-repository.ts';
import {
  earlier,
  isBudgetSlot,
  later,
  longestOf,
  type Reservation,
  type Slot,
} from './throttle-policy.ts';
import {
  hitsSince,
  reserveFailure,
  reserveHit,
  settleFailure,
  settleHit,
  type TryOutcome,
} from './try-pipeline-policy.ts';

export interface ThrottleCounterWriterDependencies {
  readonly clock: Clock;
  readonly repository: ThrottleCounterRepository;
}

/** How a try ended. */
export interface Settlement {
  readonly outcome: TryOutcome;
  /** Who proved to be the account. */
  readonly accountId?: string | undefined;
  /** Whether the source is one of the account's from now on. Default: false. */
  readonly isLogin?: boolean;
}

export class ThrottleCounterWriter {
  readonly #clock: Clock;
  readonly #repository: ThrottleCounterRepository;

  constructor({ clock, repository }: ThrottleCounterWriterDependencies) {
    this.#clock = clock;
    this.#repository = repository;
  }

  /** Counts one more, unless a budget is used up: then nothing changes but `isAllowed`. */
  async countHit(
    key: string,
    budgets: readonly ThrottleBudget[],
    context: OperationContext,
  ): Promise<ThrottleCounterModel> {
    const now = this.#clock.now();
    const longest = longestOf(budgets);
    const conditions = budgets.map(({ limit, milliseconds }) => ({
      $lt: [{ $size: hitsSince(earlier(now, milliseconds)) }, limit],
    }));
    const counted = await this.#repository.upsertByPipeline(
      key,
      [
        { $set: { hits: hitsSince(earlier(now, longest)) } },
        { $set: { is_allowed: { $and: conditions } } },
        {
          $set: {
            hits: { $cond: ['$is_allowed', { $concatArrays: ['$hits', [now]] }, '$hits'] },
            expires_at: later(now, longest),
          },
        },
      ],
      context,
    );
    return ThrottleCounterModel.fromBson(counted);
  }

  /** Reserves a try in the slot's counter, if there is room. */
  async reserve(slot: Slot, id: string, context: OperationContext): Promise<ThrottleCounterModel> {
    const at = { id, now: this.#clock.now() };
    const stages = isBudgetSlot(slot)
      ? reserveHit(at, slot.budgets)
      : reserveFailure({ ...at, source: slot.source });
    return ThrottleCounterModel.fromBson(
      await this.#repository.upsertByPipeline(slot.key, stages, context),
    );
  }

  async settle(
    { slot, id, isKnownSource }: Pick<Reservation, 'slot' | 'id' | 'isKnownSource'>,
    { outcome, accountId, isLogin = false }: Settlement,
    context: OperationContext,
  ): Promise<void> {
    const at = { id, now: this.#clock.now(), outcome };
    const stages = isBudgetSlot(slot)
      ? settleHit(at, slot.budgets)
      : settleFailure({ ...at, source: slot.source, isKnownSource, accountId, isLogin });
    await this.#repository.upsertByPipeline(slot.key, stages, context);
  }

  /** Forgets which sources logged in to the account, and what failed for its name. */
  async deleteCountersOfAccount(accountId: string, context: OperationContext): Promise<void> {
    await this.#repository.deleteMany({ account_id: accountId }, context);
  }
}
