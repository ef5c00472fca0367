import { ServiceUnavailableError, type Clock, type OperationContext } from '@org/core';

import type { ThrottleBudget } from '../../types.ts';
import type { LocalCounters } from './local-counters.ts';
import type { ThrottleCounterReader } from './throttle-counter-reader.ts';
import type { ThrottleCounterWriter } from './throttle-counter-writer.ts';
import { findWait, type Counter } from './throttle-policy.ts';

export interface CountersDependencies {
  readonly clock: Clock;
  readonly reader: ThrottleCounterReader;
  readonly writer: ThrottleCounterWriter;
  readonly local: LocalCounters;
}

/** The counters of all instances; those of this process while the database is away. Never open. */
export class Counters {
  readonly #dependencies: CountersDependencies;

  constructor(dependencies: CountersDependencies) {
    this.#dependencies = dependencies;
  }

  /** The counters that are there and still count. */
  async get(keys: readonly string[], context: OperationContext): Promise<readonly Counter[]> {
    const { clock, reader, local } = this.#dependencies;
    const counters = await orLocally(
      () => reader.getCounters(keys, context.withoutTransaction()),
      () => local.getCounters(keys),
    );
    return counters.filter(({ expiresAt }) => expiresAt > clock.now());
  }

  /**
   * Counts one more in the transaction of the context, so that what comes to nothing is not counted.
   *
   * @returns how long to wait before it is allowed, in milliseconds; 0: it was
   */
  async countHit(
    key: string,
    budgets: readonly ThrottleBudget[],
    context: OperationContext,
  ): Promise<number> {
    const { clock, writer, local } = this.#dependencies;
    const count = async (): Promise<number> => {
      const counter = await writer.countHit(key, budgets, context);
      // At least a moment: it was refused, whatever the clock says by now.
      return counter.isAllowed ? 0 : Math.max(1, findWait(counter.hits, budgets, clock.now()));
    };
    return context.transaction === undefined
      ? orLocally(count, () => local.countHit(key, budgets))
      : count();
  }

  async countFailure(key: string, context: OperationContext): Promise<void> {
    const { writer, local } = this.#dependencies;
    await orLocally(
      () => writer.countFailure(key, context.withoutTransaction()),
      () => local.countFailure(key),
    );
  }

  async delete(key: string, context: OperationContext): Promise<void> {
    const { writer, local } = this.#dependencies;
    local.delete(key);
    await orLocally(
      () => writer.deleteCounter(key, context.withoutTransaction()),
      () => undefined,
    );
  }
}

async function orLocally<Result>(
  shared: () => Promise<Result>,
  locally: () => Result,
): Promise<Result> {
  try {
    return await shared();
  } catch (error) {
    if (error instanceof ServiceUnavailableError) {
      return locally();
    }
    throw error;
  }
}
