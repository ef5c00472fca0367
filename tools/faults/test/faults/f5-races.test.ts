import { describe, expect, it } from 'vitest';

import { makeWrongCodes } from '../../src/faults/f5-races.ts';

describe(makeWrongCodes, () => {
  it('makes other codes of the same length, each once', () => {
    const codes = makeWrongCodes('999950', 100);
    expect(new Set(codes).size).toBe(100);
    expect(codes).not.toContain('999950');
    expect(codes.every((code) => /^\d{6}$/u.test(code))).toBe(true);
  });
});
