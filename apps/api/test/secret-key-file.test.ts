import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readOrCreateSecretKey } from '../src/secret-key-file.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'secret-key-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

describe(readOrCreateSecretKey, () => {
  it('makes a key of 32 bytes that only its owner can read', async () => {
    const data = join(directory, 'not', 'there', 'yet');

    const key = await readOrCreateSecretKey(data);

    expect(key.byteLength).toBe(32);
    expect((await stat(join(data, 'secret-key'))).mode & 0o777).toBe(0o600);
  });

  it('returns the same key ever after, and to all who ask at once', async () => {
    const keys = await Promise.all(
      Array.from({ length: 5 }, () => readOrCreateSecretKey(directory)),
    );

    expect(new Set([...keys, await readOrCreateSecretKey(directory)].map(String)).size).toBe(1);
  });

  it('leaves nothing but the key behind', async () => {
    await Promise.all(Array.from({ length: 5 }, () => readOrCreateSecretKey(directory)));

    expect(await readdir(directory)).toEqual(['secret-key']);
  });

  it('names the file when it does not hold a key', async () => {
    await writeFile(join(directory, 'secret-key'), '');

    await expect(readOrCreateSecretKey(directory)).rejects.toThrow(join(directory, 'secret-key'));
  });

  it('makes another key for another folder', async () => {
    const other = join(directory, 'other');

    expect(await readOrCreateSecretKey(directory)).not.toEqual(await readOrCreateSecretKey(other));
  });
});
