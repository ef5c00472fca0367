import { join } from 'node:path';

import { describe, expect, inject, it, onTestFinished } from 'vitest';

import { findLocalMongod, startLocalMongod } from '../src/index.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';

describe('the mongod of a data folder', () => {
  it('is found while it runs', async () => {
    const dataDirectory = await makeTemporaryDirectory();
    const mongod = await startLocalMongod({ binary: inject('realMongod'), dataDirectory });
    onTestFinished(() => mongod.stop());
    const { uri, port, pid } = mongod;

    expect(await findLocalMongod(dataDirectory)).toEqual({ uri, port, pid });

    await mongod.stop();
    expect(await findLocalMongod(dataDirectory)).toBeUndefined();
  });

  it('is none where no program ever ran one', async () => {
    const dataDirectory = await makeTemporaryDirectory();

    expect(await findLocalMongod(dataDirectory)).toBeUndefined();
    expect(await findLocalMongod(join(dataDirectory, 'absent'))).toBeUndefined();
  });
});
