import { randomBytes } from 'node:crypto';

import { settingText } from '@org/core';
import { settingRows } from '@org/core/testing';
import { describe, expect, it } from 'vitest';

describe('settingText.parseSecretKey', () => {
  it.each(settingRows.secretKeys.good)('takes %j', (encoded) => {
    const bytes = Buffer.from(encoded, 'base64');

    expect(settingText.parseSecretKey(encoded)).toEqual({ bytes });
  });

  it.each(settingRows.secretKeys.bad)('refuses %j without showing it', (encoded) => {
    const { bytes, problem } = settingText.parseSecretKey(encoded);

    expect(bytes).toBeUndefined();
    expect(problem).toMatch(/^must be |^is a placeholder/);
    expect(problem).not.toContain(encoded);
  });

  it.each(['base64', 'base64url', 'hex'] as const)(
    'never takes a random one in %s for a placeholder',
    (form) => {
      for (let index = 0; index < 10_000; index += 1) {
        const encoded = randomBytes(32).toString(form);

        expect([settingText.parseSecretKey(encoded).problem, encoded]).toEqual([
          undefined,
          encoded,
        ]);
      }
    },
  );
});

describe('settingText.parseDuration', () => {
  it.each([
    ['1s', 1_000],
    ['90m', 5_400_000],
    ['2h', 7_200_000],
    ['30d', 2_592_000_000],
  ])('reads %s', (text, milliseconds) => {
    expect(settingText.parseDuration(text)).toBe(milliseconds);
  });

  it.each(['0s', '-1d', '1', '1w', '1.5h', ' 1h', '1h ', '1e3s', ''])(
    'does not read %j',
    (text) => {
      expect(settingText.parseDuration(text)).toBeUndefined();
    },
  );
});
