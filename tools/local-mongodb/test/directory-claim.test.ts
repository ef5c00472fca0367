import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { DataDirectoryInUseError } from '../src/index.ts';
import { makeOwnedName } from '../src/processes.ts';
import { claimDirectory } from '../src/data-directory.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';

describe(claimDirectory, () => {
  it('is held by one at a time, and can be had again after its release', async () => {
    const directory = await makeTemporaryDirectory();
    const first = await claimDirectory(directory, 0);
    const second = claimDirectory(directory, 0);
    await expect(second).rejects.toThrow(DataDirectoryInUseError);
    await expect(second).rejects.toMatchObject({ pid: process.pid });
    await first.release();
    const third = await claimDirectory(directory, 0);
    await third.release();
    await expect(readdir(directory)).resolves.toEqual([]);
  });

  it('waits for one that is about to leave', async () => {
    const directory = await makeTemporaryDirectory();
    const first = await claimDirectory(directory, 0);
    const second = claimDirectory(directory, 30_000);
    await first.release();
    await (await second).release();
  });

  it('goes to at most one of many who come at once', async () => {
    const directory = await makeTemporaryDirectory();
    const all = Array.from({ length: 8 }, () => claimDirectory(directory, 0));
    const outcomes = await Promise.allSettled(all);
    const held = outcomes.filter(({ status }) => status === 'fulfilled');
    expect(held.length).toBeLessThanOrEqual(1);
  });

  it('is inherited from a dead process, whose files are cleared away', async () => {
    const directory = await makeTemporaryDirectory();
    const dead = makeOwnedName('claim').replace(/owner-\d+/, 'owner-4194999');
    await writeFile(join(directory, dead), '');
    await claimDirectory(directory, 0);
    const names = await readdir(directory);
    expect(names).toHaveLength(1);
    expect(names).not.toContain(dead);
  });
});
