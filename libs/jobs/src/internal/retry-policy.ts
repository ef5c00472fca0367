import { randomInt } from 'node:crypto';

export interface RetryLimits {
  readonly retryDelayMilliseconds: number;
  readonly maximumRetryDelayMilliseconds: number;
}

/**
 * The delay after a failed attempt: doubles each time, up to the maximum, then takes a random share
 * between half and all of it, so that jobs that failed together do not retry together.
 *
 * @param attempt number of the failed attempt, from 1
 */
export function chooseRetryDelay(attempt: number, limits: RetryLimits): number {
  const exponential = limits.retryDelayMilliseconds * 2 ** (attempt - 1);
  const longest = Math.min(exponential, limits.maximumRetryDelayMilliseconds);
  const half = Math.floor(longest / 2);
  return half + randomInt(longest - half + 1);
}
