import type { Clock } from '@org/core';
import { LRUCache } from 'lru-cache';

import type { ClaimValue } from '../../types.ts';

/** How old an answer may be. A session that ended elsewhere is refused after this time. */
const MAXIMUM_AGE_MILLISECONDS = 500;
/** Longer than it takes any transaction that ends a session to be committed or rolled back. */
const DISTRUST_MILLISECONDS = 60_000;
const MAXIMUM_SESSIONS = 10_000;

/** What a request needs to know of its session. */
export interface LiveSession {
  readonly accountId: string;
  readonly authenticatedAt: Date;
  /** Undefined if its client presents tokens. */
  readonly cookie?: LiveCookie | undefined;
}

/** What decides about a session's cookie. */
export interface LiveCookie {
  readonly generation: number;
  readonly currentHash: string;
  readonly previousHash: string | null;
  readonly rotatedAt: Date | null;
  readonly lastUsedAt: Date;
  readonly absoluteExpiresAt: Date;
  readonly claims: Readonly<Record<string, ClaimValue>>;
}

/** A database read, finished or in progress. */
interface Lookup {
  /** On the monotonic clock, before the read. */
  readonly startedAt: number;
  readonly session: Promise<LiveSession | undefined>;
}

/**
 * Which sessions are alive, according to the primary at most half a second ago. Requests of one
 * session share a read.
 */
export class SessionLivenessCache {
  readonly #clock: Clock;
  readonly #lookups = new LRUCache<string, Lookup>({ max: MAXIMUM_SESSIONS });
  /**
   * Bounded by time, not by size: an ended session must not be trusted again because others ended
   * too.
   */
  readonly #distrustedUntil = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The result of a read that began less than half a second ago, otherwise of this one.
   *
   * @param isOutdated whether something must have changed since that read. Default: nothing has
   */
  async getOrRead(
    sessionId: string,
    read: () => Promise<LiveSession | undefined>,
    isOutdated: (known: LiveSession) => boolean = () => false,
  ): Promise<LiveSession | undefined> {
    const now = this.#clock.monotonicMilliseconds();
    const known = this.#lookups.get(sessionId);
    if (known !== undefined && now - known.startedAt < MAXIMUM_AGE_MILLISECONDS) {
      const session = await known.session;
      if (session === undefined || !isOutdated(session)) {
        return session;
      }
    }
    return this.readAnew(sessionId, read);
  }

  /** The result of this read, whatever is known. */
  async readAnew(
    sessionId: string,
    read: () => Promise<LiveSession | undefined>,
  ): Promise<LiveSession | undefined> {
    const now = this.#clock.monotonicMilliseconds();
    const session = read();
    if (!this.#isDistrusted(sessionId, now)) {
      this.#keep(sessionId, { startedAt: now, session });
    }
    return session;
  }

  /** Makes the next request read the session, because it was changed here. */
  forget(sessionId: string): void {
    this.#lookups.delete(sessionId);
  }

  /** Makes the next request of every session read it. */
  forgetAll(): void {
    this.#lookups.clear();
  }

  /** When a request of the session last looked it up here, as far as remembered. */
  lastLookupAt(sessionId: string): Date | undefined {
    const lookup = this.#lookups.peek(sessionId);
    if (lookup === undefined) {
      return undefined;
    }
    const age = this.#clock.monotonicMilliseconds() - lookup.startedAt;
    return new Date(this.#clock.now().getTime() - age);
  }

  /**
   * Forgets sessions that are being ended here, and trusts no result while the surrounding
   * transaction may still be open.
   */
  distrust(sessionIds: readonly string[]): void {
    const now = this.#clock.monotonicMilliseconds();
    for (const [sessionId, until] of this.#distrustedUntil) {
      if (until > now) {
        break;
      }
      this.#distrustedUntil.delete(sessionId);
    }
    for (const sessionId of sessionIds) {
      this.#lookups.delete(sessionId);
      this.#distrustedUntil.delete(sessionId);
      this.#distrustedUntil.set(sessionId, now + DISTRUST_MILLISECONDS);
    }
  }

  #isDistrusted(sessionId: string, now: number): boolean {
    return (this.#distrustedUntil.get(sessionId) ?? -Infinity) > now;
  }

  #keep(sessionId: string, lookup: Lookup): void {
    this.#lookups.set(sessionId, lookup);
    lookup.session.catch(() => {
      if (this.#lookups.peek(sessionId) === lookup) {
        this.#lookups.delete(sessionId);
      }
    });
  }
}
