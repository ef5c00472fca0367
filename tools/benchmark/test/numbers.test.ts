import { describe, expect, it } from 'vitest';

import { renderNumber } from '../src/report.ts';

describe(renderNumber, () => {
  it.each([
    [0, '0'],
    [0.012345, '0.0123'],
    [1, '1.00'],
    [12.345, '12.3'],
    [123.45, '123'],
    [1_000_000, '1000000'],
    [-0.5, '-0.500'],
  ])('writes %d as %s', (value, text) => {
    expect(renderNumber(value)).toBe(text);
  });
});
