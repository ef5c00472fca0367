import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { cachedMemoryServerBinary } from '../../src/finder/memory-server-source.ts';
import { rememberedSource } from '../../src/finder/find-mongod.ts';
import { cachedWheelBinary } from '../../src/finder/wheel-source.ts';
import { writeFakeMongod, writeProgram } from '../fake-program.ts';
import { makeTemporaryDirectory } from '../temporary-directory.ts';
import { makeSearch } from './make-search.ts';

describe('rememberedSource', () => {
  it('prefers what was used for the data folder to what was downloaded', async () => {
    const root = await makeTemporaryDirectory();
    const remembered = await writeFakeMongod(join(root, 'mine/mongod'), '6.0.9');
    await writeFakeMongod(cachedWheelBinary(root), '6.0.5');
    const outcome = await rememberedSource.find(makeSearch({ cacheDirectory: root, remembered }));
    expect(outcome).toEqual({ path: remembered, version: '6.0.9', source: 'found before' });
  });

  it.each([
    ["mongodb-memory-server's download", cachedMemoryServerBinary],
    ['the wheel', cachedWheelBinary],
  ])('finds %s in the cache folder', async (_title, cachedPath) => {
    const cacheDirectory = await makeTemporaryDirectory();
    const path = await writeFakeMongod(cachedPath(cacheDirectory), '7.0.0');
    await expect(rememberedSource.find(makeSearch({ cacheDirectory }))).resolves.toMatchObject({
      path,
    });
  });

  it('goes on to the downloads when the remembered one is gone or broken', async () => {
    const cacheDirectory = await makeTemporaryDirectory();
    const path = await writeFakeMongod(cachedWheelBinary(cacheDirectory), '6.0.5');
    const broken = await writeProgram(join(cacheDirectory, 'broken'), 'exit 1');
    for (const remembered of [join(cacheDirectory, 'gone'), broken]) {
      const search = makeSearch({ cacheDirectory, remembered });
      await expect(rememberedSource.find(search)).resolves.toMatchObject({ path });
    }
  });

  it('says so when there is none', async () => {
    await expect(rememberedSource.find(makeSearch({}))).resolves.toEqual({ reason: 'none yet' });
  });
});
