import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';

import { dataPaths, type DataPaths } from '../data-directory.ts';
import { findProcess, type ProcessDetails } from '../process/process-details.ts';
import { readMongodPort } from './mongod-process.ts';
import { uriOf } from './replica-set.ts';

/** A mongod that runs on a data folder. */
export interface RunningMongod {
  readonly details: ProcessDetails;
  readonly port: number;
}

/** One that takes writes. */
export interface ReadyMongod extends RunningMongod {
  readonly version: string;
}

/** A mongod that some program runs, or left running. */
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
 * @returns undefined if none runs there
 */
export async function findLocalMongod(dataDirectory: string): Promise<FoundMongod | undefined> {
  const root = await realpath(dataDirectory).catch(() => undefined);
  const running = root === undefined ? undefined : await findRunningMongod(dataPaths(root));
  return running && { uri: uriOf(running.port), port: running.port, pid: running.details.pid };
}

/**
 * Looks for one by the pid that mongod itself writes into its lock file, and makes sure that the
 * process with that pid was started on this very folder.
 */
export async function findRunningMongod(paths: DataPaths): Promise<RunningMongod | undefined> {
  const pid = Number.parseInt(await readLock(paths), 10);
  const details = Number.isInteger(pid) ? findProcess(pid) : undefined;
  const port = details && readMongodPort(details, paths);
  return details === undefined || port === undefined ? undefined : { details, port };
}

/** Whether the last mongod on the data folder ended in good order; it empties its lock file then. */
export async function wasShutDownCleanly(paths: DataPaths): Promise<boolean> {
  return (await readLock(paths)) === '';
}

function readLock(paths: DataPaths): Promise<string> {
  return readFile(join(paths.database, 'mongod.lock'), 'utf8').catch(() => '');
}
