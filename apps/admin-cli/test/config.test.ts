import { SettingsError } from '@org/core';
import { settingRows } from '@org/core/testing';
import { describe, expect, it } from 'vitest';

import { readConfig } from '../src/config.ts';

// The same rows as in apps/api/test/setting-values.test.ts.
const { secretKeys, durations } = settingRows;
const texts = { good: ['.data'], bad: [' ', ' a', 'a\nb'] };

describe.each([
  ['SECRET_KEY', secretKeys],
  ['SECRET_KEY_NEXT', secretKeys],
  ['SECRET_KEY_PREVIOUS', secretKeys],
  ['ACCOUNT_RESTORE_TTL', durations],
  ['MONGODB_URI', texts],
  ['DATA_DIR', texts],
])('%s', (name, { good, bad }) => {
  it.each(good)('may be %j', (value) => {
    expect(() => readConfig({ [name]: value })).not.toThrow();
  });

  it.each(bad)('may not be %j, as for the program', (value) => {
    const read = () => readConfig({ [name]: value });

    expect(read).toThrow(SettingsError);
    expect(read).toThrow(name);
  });

  it('counts as not set when it is empty', () => {
    expect(readConfig({ [name]: '' })).toEqual(readConfig({}));
  });
});
