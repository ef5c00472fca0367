import { mkdir, realpath } from 'node:fs/promises';

import { dataPaths } from '../data-directory.ts';
import type { FindMongodOptions } from '../finder/find-mongod.ts';
import { DEFAULT_TIME_LIMITS } from '../time-limits.ts';
import { adoptMongod } from './adopt-mongod.ts';
import { claimDirectory } from './directory-claim.ts';
import { launchMongod } from './launch-mongod.ts';
import { stopProcess } from './mongod-process.ts';
import { uriOf } from './replica-set.ts';

/** What {@link startLocalMongod} takes. */
export interface StartLocalMongodOptions extends FindMongodOptions {
  /** Where the data are kept; made if absent, readable by this user only. */
  readonly dataDirectory: string;
  /** The port, and no other. Default: the one that was used before if it is free, or a free one. */
  readonly port?: number | undefined;
  /** Gigabytes of memory for mongod's cache, at least 0.25, which is the default. */
  readonly cacheSize?: number | undefined;
  /**
   * `durable` (the default): a majority write is on disk when it is acknowledged. `throwaway`: it
   * is faster, and lost with the machine. Fixed when the data folder is first used.
   */
  readonly durability?: 'durable' | 'throwaway' | undefined;
}

/** A running mongod, the writable primary of a replica set of one. */
export interface LocalMongod {
  /** For MongoClient; without a database name. */
  readonly uri: string;
  readonly port: number;
  readonly pid: number;
  /** Such as `6.0.5`. */
  readonly version: string;
  /** Whether an earlier program had left it running. */
  readonly adopted: boolean;
  /**
   * Ends it and waits until it is gone; it is killed after the limit `stop`. May be called again.
   */
  stop(): Promise<void>;
}

/**
 * Runs a mongod on 127.0.0.1 on a data folder, and resolves when it takes writes. One that a
 * killed program left running on that folder is adopted.
 *
 * @throws DataDirectoryInUseError when another live program uses the data folder.
 * @throws PortInUseError when `port` is given and taken.
 * @throws MongodStartError when mongod ends at once or takes no writes within the limit `start`.
 * @throws MongodBinaryError, IncompatibleDataError, MongodNotFoundError as findMongod does.
 */
export async function startLocalMongod(options: StartLocalMongodOptions): Promise<LocalMongod> {
  const limits = { ...DEFAULT_TIME_LIMITS, ...options.limits };
  await mkdir(options.dataDirectory, { recursive: true, mode: 0o700 });
  const paths = dataPaths(await realpath(options.dataDirectory));
  const claim = await claimDirectory(paths.root, limits.claim);
  try {
    const adopted = await adoptMongod(paths, options, limits);
    const mongod = adopted ?? (await launchMongod(paths, options, limits));
    let stopping: Promise<void> | undefined;
    return {
      uri: uriOf(mongod.port),
      port: mongod.port,
      pid: mongod.details.pid,
      version: mongod.version,
      adopted: adopted !== undefined,
      stop: () =>
        (stopping ??= stopProcess(mongod.details, limits.stop).finally(() => claim.release())),
    };
  } catch (error) {
    await claim.release();
    throw error;
  }
}
