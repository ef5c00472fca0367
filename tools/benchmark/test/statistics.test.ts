import { describe, expect, it } from 'vitest';

import { median, pairedRatios, summarize } from '../src/statistics.ts';

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
