import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

import { runDownload } from './download.ts';
import { explainMismatch, type MongodSearch, type MongodSource } from './mongod-source.ts';
import { publishDirectory, withStagingDirectory } from './staging-directory.ts';
import { verifyMongod } from './verify-mongod.ts';

/** The version that mongodb-memory-server is asked for: it exists for every system that it knows. */
const MEMORY_SERVER_VERSION = '7.0.24';

/** Where a download of {@link memoryServerSource} is kept. */
export function cachedMemoryServerBinary(cacheDirectory: string): string {
  return join(cacheDirectory, `mongodb-${MEMORY_SERVER_VERSION}`, 'mongod');
}

/** mongodb-memory-server's download from fastdl.mongodb.org. */
export const memoryServerSource: MongodSource = {
  name: 'mongodb-memory-server',
  async find(search) {
    const mismatch = explainMismatch(MEMORY_SERVER_VERSION, search);
    if (mismatch !== undefined) {
      return { reason: `its download ${mismatch}` };
    }
    try {
      return await withStagingDirectory(search.cacheDirectory, async (stagingDirectory) => {
        const downloaded = await download(stagingDirectory, search);
        const outcome = await verifyMongod(downloaded, this.name, search);
        if ('reason' in outcome || !downloaded.startsWith(stagingDirectory)) {
          return outcome;
        }
        const path = cachedMemoryServerBinary(search.cacheDirectory);
        const finished = join(stagingDirectory, 'finished');
        await mkdir(finished);
        await rename(downloaded, join(finished, 'mongod'));
        await publishDirectory(finished, join(path, '..'), stagingDirectory);
        return { ...outcome, path };
      });
    } catch (error) {
      return { reason: error instanceof Error ? error.message : String(error) };
    }
  },
};

/** @returns the binary: in the staging folder, or where mongodb-memory-server had it already. */
async function download(stagingDirectory: string, search: MongodSearch): Promise<string> {
  const result = await runDownload(
    {
      label: `MongoDB ${MEMORY_SERVER_VERSION} from fastdl.mongodb.org`,
      file: process.execPath,
      arguments: [
        join(import.meta.dirname, 'memory-server-download.ts'),
        MEMORY_SERVER_VERSION,
        stagingDirectory,
      ],
      stagingDirectory,
      environment: {
        ...search.environment,
        // Without a network, its four tries take seven seconds.
        MONGOMS_MAX_RETRIES: '1',
        MONGOMS_DOWNLOAD_DIR: stagingDirectory,
        MONGOMS_SYSTEM_BINARY: '',
        // Otherwise it accepts every TLS certificate.
        npm_config_strict_ssl: 'true',
      },
    },
    search,
  );
  const lastLine = result.output.split('\n').at(-1) ?? '';
  if (result.code !== 0) {
    throw new Error(lastLine);
  }
  return lastLine;
}
