import { randomInt } from 'node:crypto';

import type { NotificationSettings } from '../../types.ts';

type RetrySettings = Required<
  Pick<NotificationSettings, 'retryBaseDelayMilliseconds' | 'retryMaximumDelayMilliseconds'>
>;

/** A vendor that asks for more is asked again after this. */
const MAXIMUM_RETRY_AFTER_MILLISECONDS = 60 * 60_000;

/**
 * A delivery that was begun this often without ending, well or badly, is assumed to kill the worker.
 * Restarts alone do not get there.
 */
export const MAXIMUM_UNFINISHED_ATTEMPTS = 200;

export interface RetryLimits {
  /** What the vendor asks for. Default: 0. */
  readonly retryAfterMilliseconds?: number | undefined;
  /** What is left of the delivery's life. */
  readonly lifeMilliseconds: number;
}

/**
 * How long to wait before the next attempt: anything up to a bound that doubles ("full jitter"), so
 * that those who failed together do not come back together, but no less than the vendor asks for. A
 * wait that would outlast the message's life ends in the last quarter of it, while more than a few
 * seconds are left: after an outage that was shorter than the life it is tried once more.
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
