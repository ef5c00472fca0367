import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { pathSource } from '../../src/finder/find-mongod.ts';
import { writeFakeMongod, writeProgram } from '../fake-program.ts';
import { makeTemporaryDirectory } from '../temporary-directory.ts';
import { makeSearch } from './make-search.ts';

const MISSING_LIBRARY =
  'mongod: error while loading shared libraries: libcurl.so.4: cannot open shared object file';

describe('pathSource', () => {
  it('gives the first mongod on PATH', async () => {
    const root = await makeTemporaryDirectory();
    const first = await writeFakeMongod(join(root, 'first/mongod'), '6.0.1');
    await writeFakeMongod(join(root, 'second/mongod'), '6.0.2');
    const environment = { PATH: `${root}/none::${root}/first:${root}/second` };
    await expect(pathSource.find(makeSearch({ environment }))).resolves.toEqual({
      path: first,
      version: '6.0.1',
      source: 'PATH',
    });
  });

  it('passes over a broken one, and reports why', async () => {
    const root = await makeTemporaryDirectory();
    const broken = await writeProgram(join(root, 'first/mongod'), 'echo oops >&2', 'exit 3');
    const good = await writeFakeMongod(join(root, 'second/mongod'), '6.0.2');
    const lines: string[] = [];
    const environment = { PATH: `${root}/first:${root}/second` };
    const search = makeSearch({ environment, report: (line) => lines.push(line) });
    await expect(pathSource.find(search)).resolves.toMatchObject({ path: good });
    expect(lines).toContain(`passed over: ${broken} --version ended with exit code 3: oops`);
  });

  it('names the shared library that is missing, and its package', async () => {
    const root = await makeTemporaryDirectory();
    await writeProgram(join(root, 'mongod'), `echo '${MISSING_LIBRARY}' >&2`, 'exit 127');
    const outcome = await pathSource.find(makeSearch({ environment: { PATH: root } }));
    expect(outcome).toEqual({
      reason:
        `${root}/mongod needs the shared library libcurl.so.4, which is not installed ` +
        '(apt-get install libcurl4)',
    });
  });

  it('passes over one that is too old', async () => {
    const root = await makeTemporaryDirectory();
    await writeFakeMongod(join(root, 'mongod'), '5.0.31');
    const outcome = await pathSource.find(makeSearch({ environment: { PATH: root } }));
    expect(outcome).toEqual({ reason: `${root}/mongod is MongoDB 5.0.31, older than 6.0` });
  });

  it('passes over one of another major version than the data, and remembers that it saw it', async () => {
    const root = await makeTemporaryDirectory();
    const path = await writeFakeMongod(join(root, 'mongod'), '8.0.4');
    const data = { directory: '/data', version: '6.0.5' };
    const outcome = await pathSource.find(makeSearch({ environment: { PATH: root }, data }));
    expect(outcome).toEqual({
      reason: `${path} is MongoDB 8.0.4, but the data need 6.x`,
      incompatible: { path, version: '8.0.4', source: 'PATH' },
    });
  });

  it('says so when there is none', async () => {
    const outcome = await pathSource.find(makeSearch({ environment: {} }));
    expect(outcome).toEqual({ reason: 'no mongod there' });
  });
});
