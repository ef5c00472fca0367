import { isReason } from '@org/core';
import { describe, expect, it } from 'vitest';

describe(isReason, () => {
  it.each(['?', '4711', '理由', '🙂'.repeat(500), 'a'.repeat(500), ' \u200bx\n'])(
    'takes %j',
    (text) => {
      expect(isReason(text)).toBe(true);
    },
  );

  it.each([
    '',
    ' \t\n',
    '\u0000',
    '\u200b',
    '\u202e',
    '\ufeff\u00a0\u3000',
    '\u2800',
    '\u115f\u3164',
    '\u00ad\ufe0f',
    '\ue000',
    '\ud800',
    'a\ud800',
    'a'.repeat(501),
    '🙂'.repeat(501),
    'a'.repeat(100_000),
  ])('takes no %j', (text) => {
    expect(isReason(text)).toBe(false);
  });
});
