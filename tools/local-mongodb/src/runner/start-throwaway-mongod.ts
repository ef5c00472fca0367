import { rmSync } from 'node:fs';
import { readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { atExit, signalProcess } from '@org/harness';

import { dataPaths } from '../data-directory.ts';
import type { StartLocalMongodOptions } from '../options.ts';
import { makeOwnedName, readOwner } from '../process/owner-mark.ts';
import { stopProcess } from './mongod-process.ts';
import { findRunningMongod } from './running-mongod.ts';
import { startLocalMongod, type LocalMongod } from './start-local-mongod.ts';

/** What {@link startThrowawayMongod} takes. */
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
 * of this process. What a process left that was itself killed, the next call clears away.
 *
 * @throws what {@link startLocalMongod} throws.
 */
export async function startThrowawayMongod(
  options: StartThrowawayMongodOptions = {},
): Promise<ThrowawayMongod> {
  const parent = await realpath(options.temporaryDirectory ?? tmpdir());
  await sweep(parent);
  const dataDirectory = join(parent, makeOwnedName(PREFIX));
  const removeData = (): Promise<void> => rm(dataDirectory, { recursive: true, force: true });
  const settings = { ...options, dataDirectory, durability: 'throwaway' } as const;
  const limits = { ...options.limits, stop: 0 };
  try {
    const mongod = await startLocalMongod({ ...settings, limits });
    const end = (): void => {
      signalProcess(mongod.pid, 'SIGKILL');
      rmSync(dataDirectory, { recursive: true, force: true, maxRetries: 10 });
    };
    const forget = atExit(end);
    const stop = async (): Promise<void> => {
      await mongod.stop();
      forget();
      await removeData();
    };
    return { ...mongod, dataDirectory, stop };
  } catch (error) {
    await removeData();
    throw error;
  }
}

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
      // Another user's, who will clear it away.
    }
  }
}
