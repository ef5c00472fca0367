import { inject, onTestFinished } from 'vitest';

import { startLocalMongod, type LocalMongod, type StartLocalMongodOptions } from '../src/index.ts';

/** Runs the mongod of this machine on a data folder until the test ends. */
export async function start(
  dataDirectory: string,
  options: Partial<StartLocalMongodOptions> = {},
): Promise<LocalMongod> {
  const binary = inject('realMongod');
  const mongod = await startLocalMongod({ binary, ...options, dataDirectory });
  onTestFinished(() => mongod.stop());
  return mongod;
}
