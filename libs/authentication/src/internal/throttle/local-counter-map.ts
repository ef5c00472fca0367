import { ServiceUnavailableError, type Clock } from '@org/core';
import { LRUCache } from 'lru-cache';

import type { ThrottleBudget } from '../../types.ts';
import type { AttemptOutcome } from './reservation-pipeline.ts';
import {
  earlier,
  FAILURE_PAUSES,
  findWait,
  isBudgetSlot,
  later,
  longestOf,
  pauseAfter,
  RESERVATION_MILLISECONDS,
  toReservation,
  type Counter,
  type Reservation,
  type Slot,
} from './throttle-policy.ts';

const MAXIMUM_COUNTERS = 10_000;

/** Counters of this process alone, for use while the database is down. */
export class LocalCounterMap {
  readonly #clock: Clock;
  /** Bounded: the least recently used keys go first. */
  readonly #counters = new LRUCache<string, Counter>({ max: MAXIMUM_COUNTERS });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  getCounters(keys: readonly string[]): readonly Counter[] {
    return keys.map((key) => this.#counters.get(key)).filter((counter) => counter !== undefined);
  }

  /** @returns how long to wait, in milliseconds; 0: it was allowed and counted */
  countHit(key: string, budgets: readonly ThrottleBudget[]): number {
    const now = this.#clock.now();
    const counter = this.#read(key, now);
    const wait = findWait(counter.hits, budgets, now);
    if (wait === 0) {
      this.#counters.set(key, withHit(counter, budgets, now));
    }
    return wait;
  }

  reserve(slot: Slot, id: string): Reservation {
    const now = this.#clock.now();
    const counter = this.#read(slot.key, now);
    const isAllowed = hasRoom(slot, counter, now);
    if (isAllowed) {
      const until = later(now, RESERVATION_MILLISECONDS);
      this.#counters.set(slot.key, { ...counter, pending: [...counter.pending, { id, until }] });
    }
    // Known sources are stored in the database.
    const nothingKnown = { isKnownSource: false, hasKnownSources: false };
    return { ...toReservation({ slot, id, isAllowed }, counter, now), ...nothingKnown };
  }

  settle(slot: Slot, id: string, outcome: AttemptOutcome): void {
    const now = this.#clock.now();
    if (outcome === 'abandoned' && !this.#counters.has(slot.key)) {
      return;
    }
    const counter = this.#read(slot.key, now);
    const settled = { ...counter, pending: counter.pending.filter((one) => one.id !== id) };
    this.#counters.set(slot.key, afterOutcome(settled, slot, { outcome, now }));
  }

  #read(key: string, now: Date): Counter {
    const known = this.#counters.get(key);
    const pending = known?.pending.filter(({ until }) => until > now) ?? [];
    if (known !== undefined && known.expiresAt > now) {
      return { ...known, pending };
    }
    const expiresAt = later(now, RESERVATION_MILLISECONDS);
    return { key, hits: [], failures: 0, blockedUntil: null, pending, expiresAt };
  }
}

/**
 * Tries the shared counters, and falls back to this process's while the database is down. Never
 * lets attempts through uncounted.
 */
export async function orLocally<Result>(
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

function hasRoom(slot: Slot, { hits, failures, blockedUntil, pending }: Counter, now: Date) {
  if (isBudgetSlot(slot)) {
    const underWay = pending.map(() => now);
    return findWait([...hits, ...underWay], slot.budgets, now) === 0;
  }
  const isPaused = blockedUntil !== null && blockedUntil > now;
  return !isPaused && (failures + pending.length < FAILURE_PAUSES.free || pending.length === 0);
}

function afterOutcome(
  counter: Counter,
  slot: Slot,
  { outcome, now }: { readonly outcome: AttemptOutcome; readonly now: Date },
): Counter {
  switch (outcome) {
    case 'abandoned':
      return counter;
    case 'failed':
      return isBudgetSlot(slot) ? withHit(counter, slot.budgets, now) : withFailure(counter, now);
    case 'succeeded':
      return { ...counter, failures: 0, blockedUntil: null };
  }
}

function withHit(counter: Counter, budgets: readonly ThrottleBudget[], now: Date): Counter {
  const longest = longestOf(budgets);
  const counted = counter.hits.filter((hit) => hit > earlier(now, longest));
  return { ...counter, hits: [...counted, now], expiresAt: later(now, longest) };
}

function withFailure(counter: Counter, now: Date): Counter {
  if (counter.blockedUntil !== null && counter.blockedUntil > now) {
    return counter;
  }
  const failures = counter.failures + 1;
  const blockedUntil = later(now, pauseAfter(failures));
  const expiresAt = later(blockedUntil, FAILURE_PAUSES.memory);
  return { ...counter, failures, blockedUntil, expiresAt };
}
