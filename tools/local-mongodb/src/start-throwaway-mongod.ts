import { rmSync } from 'node:fs';
import { readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { atExit, signalProcess } from '@org/harness';

import { dataPaths } from './data-directory.ts';
import { findRunningMongod, stopProcess } from './mongod-process.ts';
import type { StartLocalMongodOptions } from './options.ts';
import { makeOwnedName, readOwner } from './processes.ts';
import { startLocalMongod, type LocalMongod } from './start-local-mongod.ts';

/** Options of {@link startThrowawayMongod}. */
export interface StartThrowawayMongodOptions extends Omit<
  StartLocalMongodOptions,
  'dataDirectory' | 'durability'
> {
  /** Where the data folder is made. Default: the system's folder for temporary files. */
  readonly temporaryDirectory?: string | undefined;
}

/** A mongod whose data are gone with it. */
export interface ThrowawayMongod extends LocalMongod {
  /** Removed by `stop`. */
  readonly dataDirectory: string;
}

const PREFIX = 'org-mongodb';

/**
 * Runs a mongod with empty data, for tests. `stop` kills it and removes the data; so does the end
 * of this process. If this process is killed, the next call does it.
 *
 * @throws what {@link startLocalMongod} throws
 */
export async function startThrowawayMongod(
  options: StartThrowawayMongodOptions = {},
): Promise<ThrowawayMongod> {
  const parent = await realpath(options.temporaryDirectory ?? tmpdir());
  await sweep(parent);
  const dataDirectory = join(parent, makeOwnedName(PREFIX));
  const removeData = (): void =>
    rmSync(dataDirectory, { recursive: true, force: true, maxRetries: 10 });
  try {
    const limits = { ...options.limits, stop: 0 };
    const settings = { ...options, dataDirectory, durability: 'throwaway', limits } as const;
    const mongod = await startLocalMongod(settings);
    const forget = atExit(() => {
      signalProcess(mongod.pid, 'SIGKILL');
      removeData();
    });
    const stop = async (): Promise<void> => {
      await mongod.stop();
      forget();
      removeData();
    };
    return { ...mongod, dataDirectory, stop };
  } catch (error) {
    removeData();
    throw error;
  }
}

/** Ends and removes what killed programs left. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(PREFIX) || readOwner(name)?.alive !== false) {
      continue;
    }
    const path = join(parent, name);
    try {
      const running = await findRunningMongod(dataPaths(path));
      if (running !== undefined) {
        await stopProcess(running.details, 0);
      }
      await rm(path, { recursive: true, force: true });
    } catch {
      // Another user's, who will remove it.
    }
  }
}
