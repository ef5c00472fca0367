import { mkdir, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';

import { findFreePort } from '@org/harness';

import {
  claimDirectory,
  dataPaths,
  hasData,
  readLock,
  readMemory,
  writeMemory,
  type DataPaths,
} from './data-directory.ts';
import { PortInUseError } from './errors.ts';
import { findMongod } from './finder/find-mongod.ts';
import {
  findRunningMongod,
  stopProcess,
  withNewMongod,
  type MongodSettings,
  type RunningMongod,
} from './mongod-process.ts';
import type { StartLocalMongodOptions } from './options.ts';
import { becomePrimary, moveMember, REPLICA_SET, uriOf } from './replica-set.ts';
import { DEFAULT_TIME_LIMITS, type TimeLimits } from './time-limits.ts';

/** A mongod that some program runs, or left running. */
export interface FoundMongod {
  /** For MongoClient; without a database name. */
  readonly uri: string;
  readonly port: number;
  readonly pid: number;
}

/** A running mongod, the writable primary of a replica set of one. */
export interface LocalMongod extends FoundMongod {
  /** Such as `6.0.5`. */
  readonly version: string;
  /** Whether an earlier program had left it running. */
  readonly adopted: boolean;
  /** Ends it and waits until it is gone; it is killed after the limit `stop`. May be called again. */
  stop(): Promise<void>;
}

type ReadyMongod = RunningMongod & { readonly version: string };
type Start = StartLocalMongodOptions & { readonly limits: TimeLimits };

/** Gigabytes. */
export const DEFAULT_CACHE_SIZE = 0.25;
const PORT_ATTEMPTS = 3;

/**
 * Runs a mongod on 127.0.0.1 on a data folder, and resolves when it takes writes. One that a
 * killed program left running on that folder is adopted.
 *
 * @throws DataDirectoryInUseError if another live program uses the data folder
 * @throws PortInUseError if `port` is given and taken
 * @throws MongodStartError if mongod ends at once or takes no writes within the limit `start`
 * @throws MongodBinaryError, IncompatibleDataError, MongodNotFoundError as findMongod does
 */
export async function startLocalMongod(options: StartLocalMongodOptions): Promise<LocalMongod> {
  const limits = { ...DEFAULT_TIME_LIMITS, ...options.limits };
  await mkdir(options.dataDirectory, { recursive: true, mode: 0o700 });
  const paths = dataPaths(await realpath(options.dataDirectory));
  const claim = await claimDirectory(paths.root, limits.claim);
  try {
    const start = { ...options, limits };
    const adopted = await adoptMongod(paths, start);
    const { details, port, version } = adopted ?? (await launchMongod(paths, start));
    let stopping: Promise<void> | undefined;
    const stop = (): Promise<void> =>
      (stopping ??= stopProcess(details, limits.stop).finally(() => claim.release()));
    const { pid } = details;
    return { uri: uriOf(port), port, pid, version, adopted: adopted !== undefined, stop };
  } catch (error) {
    await claim.release();
    throw error;
  }
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
 * Takes over the mongod that a killed program left running on the data folder. One that is not
 * what was asked for, or does not answer, is stopped.
 *
 * @returns undefined if none runs there now
 */
async function adoptMongod(paths: DataPaths, options: Start): Promise<ReadyMongod | undefined> {
  const { limits } = options;
  const running = await findRunningMongod(paths);
  if (running === undefined) {
    return undefined;
  }
  const { pid } = running.details;
  try {
    assertWanted(running, options);
    const durable = options.durability !== 'throwaway';
    const version = await becomePrimary({ port: running.port, pid, durable }, limits.adopt);
    options.report?.(`adopted mongod ${version} (pid ${pid}), which was left running`);
    return { ...running, version };
  } catch (error) {
    const objection = error instanceof Error ? error.message : String(error);
    options.report?.(`stopping mongod (pid ${pid}), which was left running: ${objection}`);
    await stopProcess(running.details, limits.stop);
    return undefined;
  }
}

/** @throws Error unless it is what was asked for */
function assertWanted({ details, port }: RunningMongod, options: StartLocalMongodOptions): void {
  if (options.port !== undefined && options.port !== port) {
    throw new Error(`it is on port ${port}`);
  }
  const { binary } = options;
  if (binary !== undefined && !details.commandLine.startsWith(`${resolve(binary)} `)) {
    throw new Error('it is another binary');
  }
}

/**
 * Finds a mongod and starts it on a data folder on which none runs. If somebody else takes the port
 * just before mongod gets to it, another one is tried, unless it was asked for.
 */
async function launchMongod(paths: DataPaths, options: Start): Promise<ReadyMongod> {
  const { cacheSize = DEFAULT_CACHE_SIZE, limits } = options;
  const memory = await readMemory(paths);
  const { path: binary, version } = await findMongod({ ...options, dataDirectory: paths.root });
  const durable = options.durability !== 'throwaway';
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(options.port, memory?.port);
    // Tests move a clock of their own; what has expired by the machine's must not vanish under them.
    const settings = { binary, port, cacheSize, deletesExpired: durable };
    try {
      if (memory !== undefined && memory.port !== port) {
        options.report?.(`port ${memory.port}, used before, is taken: using ${port}`);
        await prepareMove(paths, settings, limits);
      }
      // Before the start: data of an unknown version must never lie there, whenever this is killed.
      await writeMemory(paths, { binary, version, port });
      const member = { ...settings, replicaSet: REPLICA_SET };
      return await withNewMongod(paths, member, limits, async (details) => {
        const ready = await becomePrimary({ port, pid: details.pid, durable }, limits.start);
        return { details, port, version: ready };
      });
    } catch (error) {
      const another = error instanceof PortInUseError && options.port === undefined;
      if (!another || attempt === PORT_ATTEMPTS) {
        throw error;
      }
    }
  }
}

/**
 * @param requested no other is taken instead
 * @param remembered taken if it is free
 * @throws PortInUseError if the requested port is taken
 */
export async function choosePort(requested?: number, remembered?: number): Promise<number> {
  if (requested === undefined) {
    return findFreePort(remembered).catch(() => findFreePort());
  }
  try {
    return await findFreePort(requested);
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw isTaken ? new PortInUseError(requested, error) : error;
  }
}

/**
 * Writes the new address into the configuration of the replica set, with a mongod that does not
 * take part in it. Left to {@link becomePrimary}, it takes 30 seconds where the program that now
 * has the old port accepts connections and says nothing: mongod asks it whether it is itself.
 * MongoDB describes this way only for data that need no recovery, so others take the long one.
 */
async function prepareMove(
  paths: DataPaths,
  settings: MongodSettings,
  limits: TimeLimits,
): Promise<void> {
  const wasShutDownCleanly = (await readLock(paths)) === '';
  if (hasData(paths) && wasShutDownCleanly) {
    await withNewMongod(paths, settings, limits, async (details) => {
      await moveMember(settings.port, limits.start);
      await stopProcess(details, limits.stop);
    });
  }
}
