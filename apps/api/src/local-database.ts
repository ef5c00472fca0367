import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Config } from './config.ts';
import type { Lifecycle } from './lifecycle.ts';
import { StartError } from './start-errors.ts';

export interface LocalDatabaseOptions {
  readonly config: Config;
  readonly lifecycle: Lifecycle;
  readonly report: (line: string) => void;
}

/**
 * Starts the program's own mongod, for development and tests.
 *
 * @returns its connection string
 * @throws StartError that says what is wrong
 */
export async function startLocalDatabase(options: LocalDatabaseOptions): Promise<string> {
  const { config, lifecycle, report } = options;
  const dataDirectory = await makeDataDirectory(config);
  try {
    // Loaded only here, since production does not need it.
    const { startLocalMongod } = await import('@org/local-mongodb');
    const binary = config.MONGOD_BINARY;
    const mongod = await startLocalMongod({ dataDirectory, binary, report });
    const abandon = (): unknown => process.kill(mongod.pid, 'SIGTERM');
    lifecycle.add('mongod', () => mongod.stop(), abandon);
    return mongod.uri;
  } catch (error) {
    throw new StartError((error as Error).message, error);
  }
}

async function makeDataDirectory({ DATA_DIR }: Config): Promise<string> {
  const path = join(DATA_DIR, 'mongodb');
  try {
    await mkdir(path, { recursive: true });
    return path;
  } catch (error) {
    throw new StartError(`DATA_DIR cannot be used: ${(error as Error).message}`, error);
  }
}
