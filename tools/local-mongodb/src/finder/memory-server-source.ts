import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

import { makeDownloadSource, runDownload } from './download.ts';
import type { MongodSearch } from './mongod-source.ts';

/** The version that mongodb-memory-server is asked for: it exists for every system that it knows. */
const VERSION = '7.0.24';
const PLACE = { folder: `mongodb-${VERSION}`, binary: 'mongod' };

/** Where a download of {@link memoryServerSource} is kept. */
export function cachedMemoryServerBinary(cacheDirectory: string): string {
  return join(cacheDirectory, PLACE.folder, PLACE.binary);
}

/** mongodb-memory-server's download from fastdl.mongodb.org. */
export const memoryServerSource = makeDownloadSource({
  name: 'mongodb-memory-server',
  version: VERSION,
  subject: 'its download',
  place: PLACE,
  fetch: download,
});

/** @returns the mongod: alone in a folder, or where mongodb-memory-server had it already */
async function download(stagingDirectory: string, search: MongodSearch): Promise<string> {
  const command = {
    label: `MongoDB ${VERSION} from fastdl.mongodb.org`,
    file: process.execPath,
    words: [join(import.meta.dirname, 'memory-server-download.ts'), VERSION, stagingDirectory],
    environment: {
      ...search.environment,
      // Without a network, its four tries take seven seconds.
      MONGOMS_MAX_RETRIES: '1',
      MONGOMS_DOWNLOAD_DIR: stagingDirectory,
      MONGOMS_SYSTEM_BINARY: '',
      // Otherwise it accepts every TLS certificate.
      npm_config_strict_ssl: 'true',
    },
  };
  const { code, stdout } = await runDownload(command, stagingDirectory, search);
  const lastLine = stdout.trim().split('\n').at(-1) ?? '';
  if (code !== 0) {
    throw new Error(lastLine);
  }
  if (!lastLine.startsWith(stagingDirectory)) {
    return lastLine;
  }
  const folder = join(stagingDirectory, 'finished');
  await mkdir(folder);
  await rename(lastLine, join(folder, PLACE.binary));
  return join(folder, PLACE.binary);
}
