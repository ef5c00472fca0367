import type { Clock } from '@org/core';
import { LRUCache } from 'lru-cache';

const MAXIMUM_AGE_MILLISECONDS = 60_000;
const MAXIMUM_ACCOUNTS = 10_000;

interface Count {
  readonly countedAt: number;
  readonly sessions: number;
}

/**
 * How many sessions accounts had at the last count, plus those started here since. While that is
 * below the maximum, a login need not count again. Sessions started by other instances are seen
 * with the next count, at most a minute later.
 */
export class SessionCountCache {
  readonly #clock: Clock;
  readonly #counts = new LRUCache<string, Count>({ max: MAXIMUM_ACCOUNTS });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a session being started, and returns whether there is certainly room for it. */
  hasRoom(accountId: string, maximum: number): boolean {
    const known = this.#counts.get(accountId);
    const now = this.#clock.monotonicMilliseconds();
    if (known === undefined || now - known.countedAt >= MAXIMUM_AGE_MILLISECONDS) {
      return false;
    }
    const sessions = known.sessions + 1;
    this.#counts.set(accountId, { ...known, sessions });
    return sessions <= maximum;
  }

  remember(accountId: string, sessions: number): void {
    this.#counts.set(accountId, { countedAt: this.#clock.monotonicMilliseconds(), sessions });
  }
}
