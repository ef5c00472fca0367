import { describe, expect, it } from 'vitest';

import {
  foldPassword,
  isTooLongPassword,
  normalizePassword,
  normalizeWithinLimit,
} from '../src/internal/password/password-text.ts';

describe('the text of a password', () => {
  it('is the same however it is typed, but for its case', () => {
    expect(normalizePassword('Ｓecre\u0301t')).toBe('Secr\u00e9t');
    expect(foldPassword('Ｓecret')).toBe('secret');
  });

  it.each([
    ['128 characters', 'x'.repeat(128), 'x'.repeat(128)],
    ['128 characters of two units', '🔑'.repeat(128), '🔑'.repeat(128)],
    ['what normalisation shortens to that', 'e\u0301'.repeat(128), '\u00e9'.repeat(128)],
    ['129 characters', 'x'.repeat(129), undefined],
    ['what normalisation lengthens to more', '\ufdfa'.repeat(8), undefined],
    ['what is not even normalised', 'e\u0301\u0301\u0301\u0301'.repeat(128), undefined],
  ])('may have %s or not', (_what, password, normalized) => {
    expect(normalizeWithinLimit(password)).toBe(normalized);
    expect(isTooLongPassword(password)).toBe(normalized === undefined);
  });
});
