import { describe, expect, it } from 'vitest';

import { median, pairedRatios, quantile, summarize } from '../src/index.ts';

describe(median, () => {
  it('is the middle one of an odd number of samples, whatever their order', () => {
    expect(median([300, 20, 100])).toBe(100);
  });

  it('is the mean of the two middle ones of an even number', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('leaves the samples in their order', () => {
    const samples = [3, 1, 2];
    median(samples);
    expect(samples).toEqual([3, 1, 2]);
  });

  it('refuses no samples', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe(summarize, () => {
  it('tells median, minimum and maximum', () => {
    expect(summarize([10, 9, 1000])).toEqual({ median: 10, minimum: 9, maximum: 1000 });
  });
});

describe(pairedRatios, () => {
  it('divides the samples of the same round', () => {
    expect(pairedRatios([3, 40], [2, 10])).toEqual([1.5, 4]);
  });

  it('is not moved by a machine that is slower in one round', () => {
    expect(pairedRatios([150, 1500, 150], [100, 1000, 100])).toEqual([1.5, 1.5, 1.5]);
  });

  it('refuses samples of different numbers of rounds', () => {
    expect(() => pairedRatios([1, 2], [1])).toThrow(RangeError);
  });
});

describe(quantile, () => {
  const samples = Array.from({ length: 100 }, (_, index) => 100 - index);

  it.each([
    [0, 1],
    [0.5, 50],
    [0.95, 95],
    [0.99, 99],
    [1, 100],
  ])('of %d is the sample that so many do not exceed', (fraction, expected) => {
    expect(quantile(samples, fraction)).toBe(expected);
  });

  it('is the only sample there is', () => {
    expect(quantile([7], 0.99)).toBe(7);
  });

  it('refuses no samples', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});
