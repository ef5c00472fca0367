import { join } from 'node:path';

import type { Config } from './config.ts';
import type { Lifecycle } from './lifecycle.ts';

export interface LocalDatabaseOptions {
  readonly config: Config;
  readonly lifecycle: Lifecycle;
  readonly report: (line: string) => void;
}

/**
 * Starts the program's own mongod, for development and tests.
 *
 * @returns its connection string
 */
export async function startLocalDatabase(options: LocalDatabaseOptions): Promise<string> {
  const { config, lifecycle, report } = options;
  // Loaded only here, so that a production start needs none of it.
  const { startLocalMongod } = await import('@org/local-mongodb');
  const mongod = await startLocalMongod({
    dataDirectory: join(config.dataDirectory, 'mongodb'),
    binary: config.mongodBinary,
    report,
  });
  lifecycle.add(
    'mongod',
    () => mongod.stop(),
    () => process.kill(mongod.pid, 'SIGTERM'),
  );
  return mongod.uri;
}
