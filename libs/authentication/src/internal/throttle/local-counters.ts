import type { Clock } from '@org/core';

import type { ThrottleBudget } from '../../types.ts';
import {
  FAILURE_PAUSES,
  findWait,
  longestOf,
  pauseAfter,
  type Counter,
} from './throttle-policy.ts';

const MAXIMUM_COUNTERS = 10_000;

/** Counters of this process alone, for while the database is away. */
export class LocalCounters {
  readonly #clock: Clock;
  readonly #counters = new Map<string, Counter>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  getCounters(keys: readonly string[]): readonly Counter[] {
    return keys.map((key) => this.#counters.get(key)).filter((counter) => counter !== undefined);
  }

  /** @returns how long to wait before one more is allowed; 0: it was, and is counted */
  countHit(key: string, budgets: readonly ThrottleBudget[]): number {
    const now = this.#clock.now();
    const hits = this.#counters.get(key)?.hits ?? [];
    const wait = findWait(hits, budgets, now);
    if (wait === 0) {
      const longest = longestOf(budgets);
      const oldest = new Date(now.getTime() - longest);
      this.#keep({
        key,
        hits: [...hits.filter((hit) => hit > oldest), now],
        failures: 0,
        blockedUntil: null,
        expiresAt: new Date(now.getTime() + longest),
      });
    }
    return wait;
  }

  countFailure(key: string): void {
    const now = this.#clock.now();
    const known = this.#counters.get(key);
    const failures = (known !== undefined && known.expiresAt > now ? known.failures : 0) + 1;
    const blockedUntil = new Date(now.getTime() + pauseAfter(failures));
    const expiresAt = new Date(blockedUntil.getTime() + FAILURE_PAUSES.memory);
    this.#keep({ key, hits: [], failures, blockedUntil, expiresAt });
  }

  delete(key: string): void {
    this.#counters.delete(key);
  }

  /** However many keys there are, those that were not touched for the longest time go first. */
  #keep(counter: Counter): void {
    this.#counters.delete(counter.key);
    this.#counters.set(counter.key, counter);
    if (this.#counters.size > MAXIMUM_COUNTERS) {
      const [oldest] = this.#counters.keys();
      this.#counters.delete(oldest as string);
    }
  }
}
