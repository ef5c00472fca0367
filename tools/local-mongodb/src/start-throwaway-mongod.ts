import { atExit, signalProcess } from '@org/harness';

import type { StartLocalMongodOptions } from './options.ts';
import { startLocalMongod, type LocalMongod } from './start-local-mongod.ts';
import { nameThrowawayData } from './throwaway-data.ts';

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

/**
 * Runs a mongod with empty data, for tests. `stop` kills it and removes the data; so does the end
 * of this process. If this process is killed, the next call does it.
 *
 * @throws what {@link startLocalMongod} throws
 */
export async function startThrowawayMongod(
  options: StartThrowawayMongodOptions = {},
): Promise<ThrowawayMongod> {
  const data = await nameThrowawayData(options.temporaryDirectory);
  const { directory: dataDirectory } = data;
  try {
    const limits = { ...options.limits, stop: 0 };
    const settings = { ...options, dataDirectory, durability: 'throwaway', limits } as const;
    const mongod = await startLocalMongod(settings);
    const forget = atExit(() => {
      signalProcess(mongod.pid, 'SIGKILL');
      data.remove();
    });
    const stop = async (): Promise<void> => {
      await mongod.stop();
      forget();
      data.remove();
    };
    return { ...mongod, dataDirectory, stop };
  } catch (error) {
    data.remove();
    throw error;
  }
}
