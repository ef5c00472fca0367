import { describe, expect, it } from 'vitest';

import { delayBeforeRetry } from '../../src/internal/delivery/retry-policy.ts';

const settings = {
  maximumAttempts: 15,
  retryBaseDelayMilliseconds: 2_000,
  retryMaximumDelayMilliseconds: 60_000,
};

const DAY = 86_400_000;

function delays(
  attempts: number,
  retryAfterMilliseconds?: number,
  lifeMilliseconds = DAY,
): number[] {
  return Array.from({ length: 2_000 }, () =>
    delayBeforeRetry(attempts, settings, { retryAfterMilliseconds, lifeMilliseconds }),
  );
}

describe(delayBeforeRetry, () => {
  it.each([
    [1, 2_000],
    [2, 4_000],
    [5, 32_000],
    [6, 60_000],
    [40, 60_000],
  ])('waits after attempt %i anything up to %i ms', (attempts, bound) => {
    const drawn = delays(attempts);

    expect(Math.max(...drawn)).toBeLessThanOrEqual(bound);
    // Full jitter: of so many draws some lie near either end.
    expect(Math.max(...drawn)).toBeGreaterThan(bound * 0.9);
    expect(Math.min(...drawn)).toBeLessThan(bound * 0.1);
  });

  it('waits no less than the vendor asks for', () => {
    expect(Math.min(...delays(1, 30_000))).toBe(30_000);
    expect(Math.max(...delays(6, 30_000))).toBeGreaterThan(30_000);
  });

  it('waits no more than an hour, whatever the vendor asks for', () => {
    expect(Math.max(...delays(1, 365 * DAY))).toBe(3_600_000);
  });

  it('tries once more within what is left of the life', () => {
    const drawn = delays(6, undefined, 10_000);

    expect(Math.max(...drawn)).toBeLessThanOrEqual(10_000);
    expect(Math.max(...drawn)).toBeGreaterThan(9_000);
  });

  it('does not hurry more than at first because a life ends', () => {
    expect(Math.max(...delays(6, undefined, 1))).toBeGreaterThan(1_800);
  });
});
