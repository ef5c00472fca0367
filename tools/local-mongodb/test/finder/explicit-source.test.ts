import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { explicitSource } from '../../src/finder/find-mongod.ts';
import { IncompatibleDataError, MongodBinaryError } from '../../src/index.ts';
import { writeFakeMongod, writeProgram } from '../fake-program.ts';
import { makeTemporaryDirectory } from '../temporary-directory.ts';
import { makeSearch } from './make-search.ts';

describe('explicitSource', () => {
  it('gives the binary that was named, with its version', async () => {
    const binary = await writeFakeMongod(join(await makeTemporaryDirectory(), 'any-name'), '8.0.1');
    await expect(explicitSource.find(makeSearch({ binary }))).resolves.toEqual({
      path: binary,
      version: '8.0.1',
      source: 'MONGOD_BINARY',
    });
  });

  it('leaves the search to the next source when none was named', async () => {
    await expect(explicitSource.find(makeSearch({}))).resolves.toEqual({ reason: 'not set' });
  });

  it('refuses a path where there is no file, naming the setting and the path', async () => {
    const binary = join(await makeTemporaryDirectory(), 'missing');
    const search = explicitSource.find(makeSearch({ binary }));
    await expect(search).rejects.toThrow(MongodBinaryError);
    await expect(search).rejects.toThrow(`MONGOD_BINARY is set to ${binary}`);
    await expect(search).rejects.toThrow('there is no such file');
  });

  it('refuses a file that may not be executed', async () => {
    const binary = join(await makeTemporaryDirectory(), 'mongod');
    await writeFile(binary, 'text', { mode: 0o644 });
    const search = explicitSource.find(makeSearch({ binary }));
    await expect(search).rejects.toThrow('it may not be executed');
  });

  it('refuses a program that is not a mongod', async () => {
    const binary = await writeProgram(join(await makeTemporaryDirectory(), 'x'), 'echo "ls 9.1"');
    const search = explicitSource.find(makeSearch({ binary }));
    await expect(search).rejects.toThrow(`${binary} is not a mongod`);
  });

  it('refuses a program that does not answer in time', async () => {
    const binary = await writeProgram(join(await makeTemporaryDirectory(), 'x'), 'exec sleep 60');
    const { limits } = makeSearch({});
    const search = explicitSource.find(makeSearch({ binary, limits: { ...limits, version: 100 } }));
    await expect(search).rejects.toThrow('no answer within 100 ms');
  });

  it('refuses a mongod of another major version than the data', async () => {
    const binary = await writeFakeMongod(join(await makeTemporaryDirectory(), 'mongod'), '7.0.2');
    const data = { directory: '/data', version: '6.0.5' };
    const search = explicitSource.find(makeSearch({ binary, data }));
    await expect(search).rejects.toThrow(IncompatibleDataError);
    await expect(search).rejects.toThrow(
      `The data in /data were written by MongoDB 6.0.5, but what was found is ${binary} (7.0.2)`,
    );
  });
});
