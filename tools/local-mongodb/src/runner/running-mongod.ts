import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { DataPaths } from '../data-directory.ts';
import { findProcess, type ProcessDetails } from '../process/process-details.ts';
import { readMongodPort } from './mongod-process.ts';

/** A mongod that runs on a data folder. */
export interface RunningMongod {
  readonly details: ProcessDetails;
  readonly port: number;
}

/** One that takes writes. */
export interface ReadyMongod extends RunningMongod {
  readonly version: string;
}

/**
 * Looks for one by the pid that mongod itself writes into its lock file, and makes sure that the
 * process with that pid was started on this very folder.
 */
export async function findRunningMongod(paths: DataPaths): Promise<RunningMongod | undefined> {
  const pid = Number.parseInt(await readLock(paths), 10);
  const details = Number.isInteger(pid) ? findProcess(pid) : undefined;
  if (details === undefined) {
    return undefined;
  }
  const port = readMongodPort(details, paths);
  return port === undefined ? undefined : { details, port };
}

/** Whether the last mongod on the data folder ended in good order; it empties its lock file then. */
export async function wasShutDownCleanly(paths: DataPaths): Promise<boolean> {
  return (await readLock(paths)) === '';
}

function readLock(paths: DataPaths): Promise<string> {
  return readFile(join(paths.database, 'mongod.lock'), 'utf8').catch(() => '');
}
