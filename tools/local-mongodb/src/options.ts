import type { MongodSource } from './finder/mongod-source.ts';
import type { TimeLimits } from './time-limits.ts';

/** Options of findMongod. */
export interface FindMongodOptions {
  /** The mongod to use, and no other: an absolute path, or one relative to the working folder. */
  readonly binary?: string | undefined;
  /** The folder whose data it is for: what it was found for before, and which version wrote it. */
  readonly dataDirectory?: string | undefined;
  /** Where downloads are kept. Default: `node_modules/.cache/local-mongodb` of this workspace. */
  readonly cacheDirectory?: string | undefined;
  /** For the commands that are run, and the PATH to search. Default: that of this process. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  /** Takes lines of progress. Default: none. */
  readonly report?: ((line: string) => void) | undefined;
  /** Default DEFAULT_TIME_LIMITS, each by itself. */
  readonly limits?: Partial<TimeLimits> | undefined;
  /** Where to look, in this order. Default: MONGOD_SOURCES. */
  readonly sources?: readonly MongodSource[] | undefined;
}

/** Options of startLocalMongod. */
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
