import { randomInt } from 'node:crypto';

import type { NotificationSettings } from '../../types.ts';

type RetrySettings = Required<
  Pick<NotificationSettings, 'retryBaseDelayMilliseconds' | 'retryMaximumDelayMilliseconds'>
>;

/** Upper limit for the wait that a vendor asks for. */
const MAXIMUM_RETRY_AFTER_MILLISECONDS = 60 * 60_000;

/**
 * A delivery started this many times without ever ending, in success or failure, is assumed to
 * crash the worker. Restarts alone do not get there.
 */
export const MAXIMUM_UNFINISHED_ATTEMPTS = 200;

export interface RetryLimits {
  /** The wait that the vendor asks for. Default: 0. */
  readonly retryAfterMilliseconds?: number | undefined;
  /** The delivery's remaining lifetime. */
  readonly lifeMilliseconds: number;
}

/**
 * How long to wait before the next attempt: a random time up to a limit that doubles ("full
 * jitter"), so that deliveries that failed together are not retried together, but no less than the
 * vendor asks for. A wait that would outlast the message's lifetime ends in its last quarter
 * instead, as long as more than a few seconds are left: so after an outage shorter than the
 * lifetime, it is tried once more.
 */
export function delayBeforeRetry(
  attempts: number,
  settings: RetrySettings,
  { retryAfterMilliseconds = 0, lifeMilliseconds }: RetryLimits,
): number {
  const { retryBaseDelayMilliseconds: base, retryMaximumDelayMilliseconds: maximum } = settings;
  const drawn = randomUpTo(Math.min(maximum, base * 2 ** (attempts - 1)));
  const isWorthAnotherAttempt = lifeMilliseconds > 5 * base;
  const delay =
    drawn >= lifeMilliseconds && isWorthAnotherAttempt
      ? lifeMilliseconds - randomUpTo(lifeMilliseconds / 4)
      : drawn;
  return Math.max(delay, Math.min(retryAfterMilliseconds, MAXIMUM_RETRY_AFTER_MILLISECONDS));
}

function randomUpTo(bound: number): number {
  return randomInt(Math.floor(bound) + 1);
}
