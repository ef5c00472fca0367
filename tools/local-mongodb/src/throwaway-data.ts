import { rmSync } from 'node:fs';
import { readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { dataPaths } from './data-directory.ts';
import { findRunningMongod, stopProcess } from './mongod-process.ts';
import { makeOwnedName, readOwner } from './processes.ts';

const PREFIX = 'org-mongodb';

/** Where the data of a throwaway mongod are kept. */
export interface ThrowawayData {
  readonly directory: string;
  remove(): void;
}

/**
 * Names a data folder that belongs to this process, and clears away what killed programs left.
 *
 * @param temporaryDirectory default: the system's folder for temporary files
 */
export async function nameThrowawayData(temporaryDirectory = tmpdir()): Promise<ThrowawayData> {
  const parent = await realpath(temporaryDirectory);
  await sweep(parent);
  const directory = join(parent, makeOwnedName(PREFIX));
  const remove = (): void => rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
  return { directory, remove };
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
