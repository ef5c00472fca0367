import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, rename } from 'node:fs/promises';

import { LOOPBACK, pollUntil, signalProcess } from '@org/harness';

import type { DataPaths } from '../data-directory.ts';
import { MongodStartError } from '../errors.ts';
import { findProcess, type ProcessDetails } from '../process/process-details.ts';

/** How a mongod is started. */
export interface MongodSettings {
  readonly binary: string;
  readonly port: number;
  /** Gigabytes of memory for its cache. */
  readonly cacheSize: number;
  /** The replica set of which it is a member; left out: it is on its own. */
  readonly replicaSet?: string;
  /** Whether TTL indexes delete what has expired by the machine's time. Default: true. */
  readonly deletesExpired?: boolean;
}

/** A child process that was started, so that it has a pid. */
export type StartedMongod = ChildProcess & { readonly pid: number };

const OPLOG_MEGABYTES = 128;
const KILL_LIMIT = 5_000;

/** {@link readMongodPort} reads the first two back. */
function makeArguments(paths: DataPaths, settings: MongodSettings): string[] {
  return [
    ...['--dbpath', paths.database],
    ...['--port', String(settings.port)],
    ...['--bind_ip', LOOPBACK],
    ...(settings.replicaSet === undefined ? [] : ['--replSet', settings.replicaSet]),
    ...['--wiredTigerCacheSizeGB', String(settings.cacheSize)],
    ...['--oplogSize', String(OPLOG_MEGABYTES)],
    ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    ...(settings.deletesExpired === false ? ['--setParameter', 'ttlMonitorEnabled=false'] : []),
    // Its defaults fill 300 MB of disk with empty journal files and take 0.3 s longer to start.
    ...['--wiredTigerEngineConfigString', 'log=(prealloc=false,file_max=32MB)'],
    '--nounixsocket',
    '--quiet',
  ];
}

/** Whether a process is a mongod on this data folder, and on which port. */
export function readMongodPort(details: ProcessDetails, paths: DataPaths): number | undefined {
  const start = ` --dbpath ${paths.database} --port `;
  const [, rest] = details.commandLine.split(start);
  return rest === undefined ? undefined : Number.parseInt(rest, 10);
}

/**
 * Starts a mongod in a process group of its own, so that a Ctrl-C in the terminal does not reach
 * it, with its output in the log file; the log of the time before is kept, earlier ones are not.
 *
 * @throws MongodStartError when it cannot be executed.
 */
export async function spawnMongod(
  paths: DataPaths,
  settings: MongodSettings,
): Promise<StartedMongod> {
  await mkdir(paths.database, { recursive: true, mode: 0o700 });
  await rename(paths.log, paths.previousLog).catch(() => undefined);
  const log = await open(paths.log, 'w', 0o600);
  try {
    const child = spawn(settings.binary, makeArguments(paths, settings), {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(child, 'spawn');
    child.unref();
    return child as StartedMongod;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const cause = new Error(`cannot be started: ${reason}`, { cause: error });
    throw new MongodStartError(settings.binary, { file: paths.log, lines: [] }, cause);
  } finally {
    await log.close();
  }
}

/**
 * Ends a mongod and waits until it is gone.
 *
 * @param limit milliseconds that it has to end by itself; 0 kills it at once.
 * @throws Error when it is still there after being killed.
 */
export async function stopProcess(details: ProcessDetails, limit: number): Promise<void> {
  const isGone = () => findProcess(details.pid)?.startTime !== details.startTime;
  if (isGone()) {
    return;
  }
  if (limit > 0) {
    signalProcess(details.pid, 'SIGTERM');
    if ((await pollUntil(isGone, limit)) === true) {
      return;
    }
  }
  signalProcess(details.pid, 'SIGKILL');
  if ((await pollUntil(isGone, KILL_LIMIT)) === true) {
    return;
  }
  throw new Error(`mongod (pid ${details.pid}) is still there ${KILL_LIMIT} ms after SIGKILL`);
}
