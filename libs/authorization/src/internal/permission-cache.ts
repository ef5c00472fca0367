import type { Clock } from '@org/core';
import { LRUCache } from 'lru-cache';

import type { HeldPermissions } from './permission-policy.ts';

/** How old an answer may be. What was taken away elsewhere is refused after this time. */
const MAXIMUM_AGE_MILLISECONDS = 500;
/** Longer than it takes any transaction that changes roles to be committed or rolled back. */
const DISTRUST_MILLISECONDS = 60_000;
const MAXIMUM_ACCOUNTS = 10_000;

/** A database read, finished or in progress. */
interface Lookup {
  /** On the monotonic clock, before the read. */
  readonly startedAt: number;
  readonly held: Promise<HeldPermissions>;
}

/**
 * What accounts may do, according to the primary at most half a second ago. Requests of one account
 * share a read.
 */
export class PermissionCache {
  readonly #clock: Clock;
  readonly #lookups = new LRUCache<string, Lookup>({ max: MAXIMUM_ACCOUNTS });
  #distrustedUntil = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async getOrRead(
    accountId: string,
    read: () => Promise<HeldPermissions>,
  ): Promise<HeldPermissions> {
    const now = this.#clock.monotonicMilliseconds();
    const known = this.#lookups.get(accountId);
    if (known !== undefined && now - known.startedAt < MAXIMUM_AGE_MILLISECONDS) {
      return known.held;
    }
    const lookup = { startedAt: now, held: read() };
    if (now >= this.#distrustedUntil) {
      this.#keep(accountId, lookup);
    }
    return lookup.held;
  }

  /**
   * Makes the next request of everybody read, because roles were changed here.
   *
   * @param isOpen whether the change may still be committed or rolled back: until then, nothing that
   *   is read is kept
   */
  forget({ isOpen }: { readonly isOpen: boolean }): void {
    this.#lookups.clear();
    if (isOpen) {
      this.#distrustedUntil = this.#clock.monotonicMilliseconds() + DISTRUST_MILLISECONDS;
    }
  }

  #keep(accountId: string, lookup: Lookup): void {
    this.#lookups.set(accountId, lookup);
    lookup.held.catch(() => {
      if (this.#lookups.peek(accountId) === lookup) {
        this.#lookups.delete(accountId);
      }
    });
  }
}
