import { mkdir, realpath } from 'node:fs/promises';

import { dataPaths } from '../data-directory.ts';
import type { StartLocalMongodOptions } from '../options.ts';
import { DEFAULT_TIME_LIMITS } from '../time-limits.ts';
import { adoptMongod } from './adopt-mongod.ts';
import { claimDirectory } from './directory-claim.ts';
import { launchMongod } from './launch-mongod.ts';
import { stopProcess } from './mongod-process.ts';
import { uriOf } from './replica-set.ts';
import type { FoundMongod } from './running-mongod.ts';

/** A running mongod, the writable primary of a replica set of one. */
export interface LocalMongod extends FoundMongod {
  /** Such as `6.0.5`. */
  readonly version: string;
  /** Whether an earlier program had left it running. */
  readonly adopted: boolean;
  /** Ends it and waits until it is gone; it is killed after the limit `stop`. May be called again. */
  stop(): Promise<void>;
}

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
    const adopted = await adoptMongod(paths, options, limits);
    const { details, port, version } = adopted ?? (await launchMongod(paths, options, limits));
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
