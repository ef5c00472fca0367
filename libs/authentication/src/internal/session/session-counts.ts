import type { Clock } from '@org/core';

const MAXIMUM_AGE_MILLISECONDS = 60_000;
const MAXIMUM_ACCOUNTS = 10_000;

interface Count {
  readonly countedAt: number;
  readonly sessions: number;
}

/**
 * How many sessions accounts had when they were last counted, and those started here since. As long
 * as that is below the maximum, a login need not count them again. Sessions that other instances
 * start meanwhile are seen with the next count, at most a minute later.
 */
export class SessionCounts {
  readonly #clock: Clock;
  readonly #counts = new Map<string, Count>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes that a session was started, and tells whether there is certainly room for it. */
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
    this.#counts.delete(accountId);
    this.#counts.set(accountId, { countedAt: this.#clock.monotonicMilliseconds(), sessions });
    if (this.#counts.size > MAXIMUM_ACCOUNTS) {
      const [longestKnown] = this.#counts.keys();
      this.#counts.delete(longestKnown as string);
    }
  }
}
