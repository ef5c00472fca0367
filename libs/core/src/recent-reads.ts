import { LRUCache } from 'lru-cache';

import type { Clock } from './clock.ts';
import type { OperationContext } from './operation-context.ts';

/** How old an answer may be. What was changed elsewhere is known after this time. */
const MAXIMUM_AGE_MILLISECONDS = 500;
/** Longer than it takes any transaction that changes what is read to be committed or rolled back. */
const DISTRUST_MILLISECONDS = 60_000;
const MAXIMUM_READS = 10_000;

/** A database read, finished or in progress. */
interface Read<Value> {
  /** On the monotonic clock, before the read. */
  readonly startedAt: number;
  readonly value: Promise<Value>;
}

/**
 * What the primary said at most half a second ago, by key, for what every request needs to know.
 * Requests for one key share a read; a read that fails is not remembered.
 */
export class RecentReads<Value> {
  readonly #clock: Clock;
  readonly #reads = new LRUCache<string, Read<Value>>({ max: MAXIMUM_READS });
  /**
   * Bounded by time, not by size: what has ended must not be trusted again because others ended too.
   */
  readonly #distrustedUntil = new Map<string, number>();
  #allDistrustedUntil = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The result of a read that began less than half a second ago, otherwise of this one.
   *
   * @param isOutdated whether something must have changed since that read. Default: nothing has
   */
  async getOrRead(
    key: string,
    read: () => Promise<Value>,
    isOutdated: (known: NonNullable<Value>) => boolean = () => false,
  ): Promise<Value> {
    const now = this.#clock.monotonicMilliseconds();
    const known = this.#reads.get(key);
    if (known !== undefined && now - known.startedAt < MAXIMUM_AGE_MILLISECONDS) {
      const value = await known.value;
      if (value == null || !isOutdated(value)) {
        return value;
      }
    }
    return this.readAnew(key, read);
  }

  /** The result of this read, whatever is known. */
  async readAnew(key: string, read: () => Promise<Value>): Promise<Value> {
    const now = this.#clock.monotonicMilliseconds();
    const value = read();
    if (!this.#isDistrusted(key, now)) {
      this.#keep(key, { startedAt: now, value });
    }
    return value;
  }

  /** Makes the next request read, because it was changed here. */
  forget(key: string): void {
    this.#reads.delete(key);
  }

  /**
   * The same for every key; within the context's transaction, nothing is trusted while that may still
   * be open.
   */
  forgetAll({ transaction }: Pick<OperationContext, 'transaction'>): void {
    this.#reads.clear();
    if (transaction !== undefined) {
      this.#allDistrustedUntil = this.#clock.monotonicMilliseconds() + DISTRUST_MILLISECONDS;
    }
  }

  /** When a request last read it here, as far as remembered. */
  lastReadAt(key: string): Date | undefined {
    const read = this.#reads.peek(key);
    if (read === undefined) {
      return undefined;
    }
    const age = this.#clock.monotonicMilliseconds() - read.startedAt;
    return new Date(this.#clock.now().getTime() - age);
  }

  /**
   * Forgets what is being changed here, and trusts no result while the surrounding transaction may
   * still be open.
   */
  distrust(keys: readonly string[]): void {
    const now = this.#clock.monotonicMilliseconds();
    for (const [key, until] of this.#distrustedUntil) {
      if (until > now) {
        break;
      }
      this.#distrustedUntil.delete(key);
    }
    for (const key of keys) {
      this.#reads.delete(key);
      this.#distrustedUntil.delete(key);
      this.#distrustedUntil.set(key, now + DISTRUST_MILLISECONDS);
    }
  }

  #isDistrusted(key: string, now: number): boolean {
    return Math.max(this.#allDistrustedUntil, this.#distrustedUntil.get(key) ?? -Infinity) > now;
  }

  #keep(key: string, read: Read<Value>): void {
    this.#reads.set(key, read);
    read.value.catch(() => {
      if (this.#reads.peek(key) === read) {
        this.#reads.delete(key);
      }
    });
  }
}
