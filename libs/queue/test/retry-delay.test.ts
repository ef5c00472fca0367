import { retryDelay } from '@org/queue';
import { describe, expect, it } from 'vitest';

const settings = { baseMilliseconds: 2_000, maximumMilliseconds: 60_000 };
const DAY = 86_400_000;

const least = () => 0;
const most = (bound: number) => bound;

/** The same in every run: what may fail by chance fails some day. */
function createRandom() {
  let state = 1;
  return (bound: number): number => {
    state = (state * 48_271) % (2 ** 31 - 1);
    return state % (Math.floor(bound) + 1);
  };
}

/** Of a row whose every attempt fails at once. */
function attemptsWithin(life: number, random: (bound: number) => number): number {
  const defaults = { ...settings, maximumMilliseconds: 3_600_000 };
  let attempts = 0;
  for (let age = 0; age < life; attempts += 1) {
    age += retryDelay(attempts + 1, defaults, { lifeMilliseconds: life - age }, random);
  }
  return attempts;
}

describe(retryDelay, () => {
  it.each([
    [1, 2_000],
    [2, 4_000],
    [5, 32_000],
    [6, 60_000],
    [2_000, 60_000],
  ])('is after attempt %i anything up to %i ms', (attempt, bound) => {
    expect(retryDelay(attempt, settings, {}, least)).toBe(0);
    expect(retryDelay(attempt, settings, {}, most)).toBe(bound);
  });

  it('differs from row to row', () => {
    const delays = Array.from({ length: 500 }, () => retryDelay(5, settings));

    expect(new Set(delays).size).toBeGreaterThan(100);
    expect(Math.max(...delays)).toBeLessThanOrEqual(32_000);
  });

  it('is random only in part, if that is wanted', () => {
    const half = { ...settings, fixedShare: 0.5 };

    expect(retryDelay(1, half, {}, least)).toBe(1_000);
    expect(retryDelay(1, half, {}, most)).toBe(2_000);
  });

  it('may be nothing', () => {
    expect(retryDelay(1, { ...settings, baseMilliseconds: 0 }, {}, most)).toBe(0);
  });

  it('is not over at once', () => {
    const shortest = { ...settings, baseMilliseconds: 1 };

    const delays = Array.from({ length: 100 }, () => retryDelay(1, shortest));

    expect(new Set(delays)).toEqual(new Set([1]));
  });

  it('is no less than the other side asks for, up to an hour', () => {
    expect(retryDelay(1, settings, { retryAfterMilliseconds: 30_000 }, least)).toBe(30_000);
    expect(retryDelay(6, settings, { retryAfterMilliseconds: 30_000 }, most)).toBe(60_000);
    expect(retryDelay(1, settings, { retryAfterMilliseconds: 365 * DAY }, least)).toBe(3_600_000);
    expect(retryDelay(1, settings, { retryAfterMilliseconds: NaN }, most)).toBe(2_000);
  });

  it('ends in the last quarter of the life that it would outlast', () => {
    const limits = { lifeMilliseconds: 20_000 };
    const ofLife = (share: number) => (bound: number) => (bound === 5_000 ? share * bound : bound);

    expect(retryDelay(6, settings, limits, ofLife(0))).toBe(20_000);
    expect(retryDelay(6, settings, limits, ofLife(1))).toBe(15_000);
    expect(retryDelay(3, settings, limits, most)).toBe(8_000);
  });

  it('does not hurry for the last seconds of a life', () => {
    expect(retryDelay(6, settings, { lifeMilliseconds: 9_000 }, most)).toBe(60_000);
  });

  it('leaves attempts when a life of five minutes ends in an outage', () => {
    const random = createRandom();
    const attempts = Array.from({ length: 10_000 }, () => attemptsWithin(5 * 60_000, random));

    expect(Math.max(...attempts)).toBeLessThan(15);
  });
});
