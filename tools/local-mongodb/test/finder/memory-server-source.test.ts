import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import {
  cachedMemoryServerBinary,
  memoryServerSource,
} from '../../src/finder/memory-server-source.ts';
import { DEFAULT_TIME_LIMITS } from '../../src/index.ts';
import { writeFakeMongod } from '../fake-program.ts';
import { makeTemporaryDirectory } from '../temporary-directory.ts';
import { makeSearch } from './make-search.ts';

/** @returns an environment in which the downloader asks this server instead of MongoDB's. */
async function serve(answer: RequestListener): Promise<NodeJS.ProcessEnv> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    PATH: process.env['PATH'],
    HOME: await makeTemporaryDirectory(),
    MONGOMS_USE_HTTP: 'true',
    MONGOMS_DOWNLOAD_MIRROR: `http://127.0.0.1:${port}`,
  };
}

async function makeArchive(): Promise<Buffer> {
  const root = await makeTemporaryDirectory();
  await writeFakeMongod(join(root, 'mongodb/bin/mongod'), '7.0.24');
  execFileSync('tar', ['-czf', join(root, 'archive.tgz'), '-C', root, 'mongodb/bin/mongod']);
  return readFile(join(root, 'archive.tgz'));
}

describe('memoryServerSource', () => {
  it('keeps the download in the cache folder, and leaves nothing else there', async () => {
    const cacheDirectory = await makeTemporaryDirectory();
    const archive = await makeArchive();
    const checksum = createHash('md5').update(archive).digest('hex');
    const environment = await serve((request, response) => {
      const body = request.url?.endsWith('.md5') ? Buffer.from(checksum) : archive;
      response.writeHead(200, { 'content-length': body.length }).end(body);
    });
    const outcome = await memoryServerSource.find(makeSearch({ cacheDirectory, environment }));
    expect(outcome).toEqual({
      path: cachedMemoryServerBinary(cacheDirectory),
      version: '7.0.24',
      source: 'mongodb-memory-server',
    });
    await expect(readdir(cacheDirectory)).resolves.toEqual(['mongodb-7.0.24']);
    await expect(readdir(join(cacheDirectory, 'mongodb-7.0.24'))).resolves.toEqual(['mongod']);
  });

  it('refuses a download with another checksum', async () => {
    const cacheDirectory = await makeTemporaryDirectory();
    const archive = await makeArchive();
    const environment = await serve((request, response) => {
      const body = request.url?.endsWith('.md5') ? Buffer.from('0'.repeat(32)) : archive;
      response.writeHead(200, { 'content-length': body.length }).end(body);
    });
    const outcome = await memoryServerSource.find(makeSearch({ cacheDirectory, environment }));
    expect(outcome).toHaveProperty('reason', expect.stringMatching(/md5|checksum/i));
    await expect(readdir(cacheDirectory)).resolves.toEqual([]);
  });

  it('says why a download fails, and leaves nothing behind', async () => {
    const cacheDirectory = await makeTemporaryDirectory();
    const environment = await serve((_request, response) => response.writeHead(503).end());
    const outcome = await memoryServerSource.find(makeSearch({ cacheDirectory, environment }));
    expect(outcome).toHaveProperty('reason', expect.stringContaining('503'));
    await expect(readdir(cacheDirectory)).resolves.toEqual([]);
  });

  it('gives up on a server that never answers', async () => {
    const cacheDirectory = await makeTemporaryDirectory();
    const environment = await serve(() => undefined);
    const limits = { ...DEFAULT_TIME_LIMITS, stall: 1_000 };
    const search = makeSearch({ cacheDirectory, environment, limits });
    const outcome = await memoryServerSource.find(search);
    expect(outcome).toEqual({ reason: 'no byte arrived for 1000 ms' });
    await expect(readdir(cacheDirectory)).resolves.toEqual([]);
  });

  it('does not download what the data do not allow', async () => {
    const data = { directory: '/data', version: '6.0.5' };
    const outcome = await memoryServerSource.find(makeSearch({ data }));
    expect(outcome).toEqual({ reason: 'its download is MongoDB 7.0.24, but the data need 6.x' });
  });
});
