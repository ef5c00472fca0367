import type { Clock, OperationContext } from '@org/core';

import type { SessionReader } from './session-reader.ts';

export interface SessionLivenessDependencies {
  readonly clock: Clock;
  readonly reader: SessionReader;
}

/** How old an answer may be. A session that ended elsewhere is refused after this time. */
const MAXIMUM_AGE_MILLISECONDS = 500;
/** Longer than any transaction that ends a session may take to be stored or rolled back. */
const DISTRUST_MILLISECONDS = 60_000;
const MAXIMUM_SESSIONS = 10_000;

/** A look at the database, done or under way. */
interface Look {
  /** On the monotonic clock, before the read. */
  readonly startedAt: number;
  readonly accountId: Promise<string | undefined>;
}

/**
 * Which sessions are alive, as the primary said at most half a second ago. Requests of one session
 * share a read.
 */
export class SessionLiveness {
  readonly #clock: Clock;
  readonly #reader: SessionReader;
  readonly #looks = new Map<string, Look>();
  readonly #distrustedUntil = new Map<string, number>();

  constructor({ clock, reader }: SessionLivenessDependencies) {
    this.#clock = clock;
    this.#reader = reader;
  }

  /**
   * Whose session it is; `undefined` once it has ended.
   *
   * @throws ServiceUnavailableError when the database cannot be read
   */
  async findAccountId(sessionId: string, context: OperationContext): Promise<string | undefined> {
    const now = this.#clock.monotonicMilliseconds();
    const known = this.#looks.get(sessionId);
    if (known !== undefined && now - known.startedAt < MAXIMUM_AGE_MILLISECONDS) {
      return known.accountId;
    }
    const accountId = this.#reader.findAccountIdOfLiveSession(
      sessionId,
      context.withoutTransaction(),
    );
    if (!this.#isDistrusted(sessionId, now)) {
      this.#keep(sessionId, { startedAt: now, accountId });
    }
    return accountId;
  }

  /** When a request of the session last had it looked up here, as long as that is remembered. */
  lastLookAt(sessionId: string): Date | undefined {
    const look = this.#looks.get(sessionId);
    const age = look && this.#clock.monotonicMilliseconds() - look.startedAt;
    return age === undefined ? undefined : new Date(this.#clock.now().getTime() - age);
  }

  /**
   * Forgets what is known of sessions that are ended here, and believes nothing for as long as the
   * transaction around it may still be open.
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
      this.#looks.delete(sessionId);
      this.#distrustedUntil.delete(sessionId);
      this.#distrustedUntil.set(sessionId, now + DISTRUST_MILLISECONDS);
    }
  }

  #isDistrusted(sessionId: string, now: number): boolean {
    return (this.#distrustedUntil.get(sessionId) ?? -Infinity) > now;
  }

  #keep(sessionId: string, look: Look): void {
    this.#looks.delete(sessionId);
    this.#looks.set(sessionId, look);
    look.accountId.catch(() => {
      if (this.#looks.get(sessionId) === look) {
        this.#looks.delete(sessionId);
      }
    });
    if (this.#looks.size > MAXIMUM_SESSIONS) {
      const [oldest] = this.#looks.keys();
      this.#looks.delete(oldest as string);
    }
  }
}
