import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { settingRows } from '@org/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';

import { readConfig, readEnvironment } from '../src/config.ts';
import { CommandFailedError } from '../src/errors.ts';

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

    expect(read).toThrow(CommandFailedError);
    expect(read).toThrow(name);
  });

  it('counts as not set when it is empty', () => {
    expect(readConfig({ [name]: '' })).toEqual(readConfig({}));
  });
});

describe(readEnvironment, () => {
  it('reads a file with a byte order mark', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'org-admin-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    await writeFile(join(directory, '.env'), '\uFEFFORG_ADMIN_TEST=1\n');

    expect(readEnvironment(directory)).toMatchObject({ ORG_ADMIN_TEST: '1' });
  });
});
