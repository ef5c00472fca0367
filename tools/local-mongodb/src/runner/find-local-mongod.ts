import { realpath } from 'node:fs/promises';

import { dataPaths } from '../data-directory.ts';
import { uriOf } from './replica-set.ts';
import { findRunningMongod } from './running-mongod.ts';

/** A mongod that another program runs, or left running. */
export interface FoundMongod {
  /** For MongoClient; without a database name. */
  readonly uri: string;
  readonly port: number;
  readonly pid: number;
}

/**
 * Looks for a mongod that startLocalMongod started on a data folder, in whatever process. Starts and
 * stops nothing.
 *
 * @returns undefined when none runs there.
 */
export async function findLocalMongod(dataDirectory: string): Promise<FoundMongod | undefined> {
  const root = await realpath(dataDirectory).catch(() => undefined);
  const running = root === undefined ? undefined : await findRunningMongod(dataPaths(root));
  if (running === undefined) {
    return undefined;
  }
  const { port, details } = running;
  return { uri: uriOf(port), port, pid: details.pid };
}
