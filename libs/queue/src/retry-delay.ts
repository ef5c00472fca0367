import { randomInt } from 'node:crypto';

/** Upper limit for the wait that a handler asks for. */
const MAXIMUM_RETRY_AFTER_MILLISECONDS = 60 * 60_000;

export interface RetrySettings {
  /** Longest delay after the first attempt; doubles with each attempt. */
  readonly baseMilliseconds: number;
  readonly maximumMilliseconds: number;
  /** The part of the delay that is not random, from 0 (default) to 1. */
  readonly fixedShare?: number;
}

export interface RetryLimits {
  /** A wait that the other side asks for; at most an hour is granted. Default: 0. */
  readonly retryAfterMilliseconds?: number | undefined;
  /** How long the row is still worth working on. Default: forever. */
  readonly lifeMilliseconds?: number;
}

/**
 * How long to wait after a failed attempt: a random time up to a limit that doubles, so that rows
 * that failed together are not retried together, but no less than the other side asks for. A wait
 * that would outlast the row's life ends in its last quarter instead, as long as more than a few
 * seconds are left: so after an outage shorter than its life, it is tried once more.
 *
 * @param attempt number of the failed attempt, from 1
 * @param random whole number from 0 to the bound, both included; for tests
 */
export function retryDelay(
  attempt: number,
  { baseMilliseconds, maximumMilliseconds, fixedShare = 0 }: RetrySettings,
  { retryAfterMilliseconds = 0, lifeMilliseconds = Infinity }: RetryLimits = {},
  random = randomUpTo,
): number {
  const longest = Math.min(maximumMilliseconds, baseMilliseconds * 2 ** (attempt - 1));
  const fixed = Math.floor(longest * fixedShare);
  const drawn = fixed + random(longest - fixed);
  const isWorthAnotherAttempt = lifeMilliseconds > 5 * baseMilliseconds;
  const delay =
    drawn >= lifeMilliseconds && isWorthAnotherAttempt
      ? lifeMilliseconds - random(lifeMilliseconds / 4)
      : drawn;
  // What is not a number, as from a header that could not be read, asks for nothing.
  const asked = Number.isNaN(retryAfterMilliseconds) ? 0 : retryAfterMilliseconds;
  return Math.max(delay, Math.min(asked, MAXIMUM_RETRY_AFTER_MILLISECONDS));
}

/** Not at once, if there is any time: whoever works off what is due would try it again. */
function randomUpTo(bound: number): number {
  return bound < 1 ? 0 : randomInt(1, Math.floor(bound) + 1);
}
