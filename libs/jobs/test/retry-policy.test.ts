import { describe, expect, it } from 'vitest';

import { chooseRetryDelay } from '../src/internal/retry-policy.ts';

const limits = { retryDelayMilliseconds: 1_000, maximumRetryDelayMilliseconds: 60_000 };

function chooseMany(attempt: number): readonly number[] {
  return Array.from({ length: 500 }, () => chooseRetryDelay(attempt, limits));
}

describe(chooseRetryDelay, () => {
  it.each([
    { attempt: 1, longest: 1_000 },
    { attempt: 2, longest: 2_000 },
    { attempt: 5, longest: 16_000 },
    { attempt: 7, longest: 60_000 },
    { attempt: 2_000, longest: 60_000 },
  ])('is between half and all of $longest ms after attempt $attempt', ({ attempt, longest }) => {
    const delays = chooseMany(attempt);

    expect(Math.min(...delays)).toBeGreaterThanOrEqual(longest / 2);
    expect(Math.max(...delays)).toBeLessThanOrEqual(longest);
  });

  it('differs from job to job', () => {
    expect(new Set(chooseMany(5)).size).toBeGreaterThan(100);
  });

  it('may be none', () => {
    expect(chooseRetryDelay(1, { ...limits, retryDelayMilliseconds: 0 })).toBe(0);
  });
});
