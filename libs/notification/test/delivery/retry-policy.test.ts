import { describe, expect, it } from 'vitest';

import { delayBeforeRetry } from '../../src/internal/delivery/retry-policy.ts';
import { completeSettings } from '../../src/internal/notification-settings-policy.ts';

const settings = {
  maximumAttempts: 15,
  retryBaseDelayMilliseconds: 2_000,
  retryMaximumDelayMilliseconds: 60_000,
};

const defaults = completeSettings({});
const DAY = 86_400_000;

/** Of a message whose every attempt fails at once. */
function attemptsWithin(life: number): number {
  let attempts = 0;
  for (let age = 0; age < life; attempts += 1) {
    age += delayBeforeRetry(attempts + 1, defaults, { lifeMilliseconds: life - age });
  }
  return attempts;
}

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
    const drawn = delays(6, undefined, 20_000);

    expect(Math.max(...drawn)).toBeLessThanOrEqual(20_000);
    expect(Math.max(...drawn)).toBeGreaterThan(18_000);
  });

  it('does not hurry because a life ends', () => {
    const shortened = delays(15, undefined, 20_000).filter((delay) => delay >= 15_000);

    // Two thirds of the waits of up to a minute are too long, and so are some of the others.
    expect(shortened.length).toBeGreaterThan(1_300);
    expect(Math.max(...delays(6, undefined, 9_000))).toBeGreaterThan(9_000);
  });

  it('has attempts left when a life of five minutes ends in an outage', () => {
    const attempts = Array.from({ length: 10_000 }, () => attemptsWithin(5 * 60_000));

    expect(Math.max(...attempts)).toBeLessThan(defaults.maximumAttempts);
  });
});
