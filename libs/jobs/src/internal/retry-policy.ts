import { randomInt } from 'node:crypto';

export interface RetryLimits {
  readonly retryDelayMilliseconds: number;
  readonly maximumRetryDelayMilliseconds: number;
}

/**
 * How long to wait after a failed attempt: twice as long after each, up to the maximum, and of that a
 * random share between a half and the whole, so that jobs that failed together do not return together.
 *
 * @param attempt number of the attempt that failed, from 1
 */
export function chooseRetryDelay(attempt: number, limits: RetryLimits): number {
  const exponential = limits.retryDelayMilliseconds * 2 ** (attempt - 1);
  const longest = Math.min(exponential, limits.maximumRetryDelayMilliseconds);
  const half = Math.floor(longest / 2);
  return half + randomInt(longest - half + 1);
}
