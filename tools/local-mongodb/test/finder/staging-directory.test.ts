import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { withStagingDirectory } from '../../src/finder/download.ts';
import { makeOwnedName } from '../../src/processes.ts';
import { makeTemporaryDirectory } from '../temporary-directory.ts';

describe('withStagingDirectory', () => {
  it('clears away what killed programs left, and nothing else', async () => {
    const cacheDirectory = await makeTemporaryDirectory();
    const ofLiving = makeOwnedName('staging');
    const ofDead = ofLiving.replace(/owner-\d+/, 'owner-4194999');
    for (const name of [ofLiving, ofDead, 'wheel']) {
      await mkdir(join(cacheDirectory, name));
    }
    await withStagingDirectory(cacheDirectory, () => Promise.resolve());
    const left = await readdir(cacheDirectory);
    expect(left.toSorted()).toEqual([ofLiving, 'wheel'].toSorted());
  });

  it('removes its folder when the work fails', async () => {
    const cacheDirectory = await makeTemporaryDirectory();
    const work = (): Promise<never> => Promise.reject(new Error('no'));
    await expect(withStagingDirectory(cacheDirectory, work)).rejects.toThrow('no');
    await expect(readdir(cacheDirectory)).resolves.toEqual([]);
  });
});
