import type { Clock, OperationContext } from '@org/core';

import type { ThrottleBudget } from '../../types.ts';
import { ThrottleCounterModel } from './store/throttle-counter-model.ts';
import type { ThrottleCounterRepository } from './store/throttle-counter-repository.ts';
import { FAILURE_PAUSES, longestOf } from './throttle-policy.ts';

export interface ThrottleCounterWriterDependencies {
  readonly clock: Clock;
  readonly repository: ThrottleCounterRepository;
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

  /** Counts one more failure in a row, and pauses the name when there were too many. */
  async countFailure(key: string, context: OperationContext): Promise<void> {
    const now = this.#clock.now();
    const { free, first, longest, memory } = FAILURE_PAUSES;
    const isRemembered = { $gt: ['$expires_at', now] };
    const paused = { $multiply: [first, { $pow: [2, { $subtract: ['$failures', free] }] }] };
    const pause = { $cond: [{ $lt: ['$failures', free] }, 0, { $min: [longest, paused] }] };
    await this.#repository.upsertByPipeline(
      key,
      [
        { $set: { failures: { $add: [{ $cond: [isRemembered, '$failures', 0] }, 1] } } },
        { $set: { blocked_until: { $add: [now, { $toLong: pause }] } } },
        { $set: { expires_at: { $add: ['$blocked_until', memory] } } },
      ],
      context,
    );
  }

  async deleteCounter(key: string, context: OperationContext): Promise<void> {
    await this.#repository.deleteOne({ key }, context);
  }
}

function hitsSince(date: Date) {
  return {
    $filter: { input: { $ifNull: ['$hits', []] }, cond: { $gt: ['$$this', date] } },
  };
}

function earlier(date: Date, milliseconds: number): Date {
  return new Date(date.getTime() - milliseconds);
}

function later(date: Date, milliseconds: number): Date {
  return earlier(date, -milliseconds);
}
