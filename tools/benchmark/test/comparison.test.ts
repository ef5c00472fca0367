import { describe, expect, it } from 'vitest';

import { summarizeComparison } from '../src/comparison.ts';

describe(summarizeComparison, () => {
  it('sums up both sides and the ratio round by round', () => {
    expect(
      summarizeComparison({
        name: 'cold start',
        unit: 'ms',
        measured: [300, 200, 900],
        base: { label: 'limit', samples: [200, 100, 300] },
      }),
    ).toEqual({
      name: 'cold start',
      unit: 'ms',
      rounds: 3,
      measured: { median: 300, minimum: 200, maximum: 900 },
      base: { label: 'limit', median: 200, minimum: 100, maximum: 300 },
      ratio: { median: 2, minimum: 1.5, maximum: 3 },
    });
  });
});
