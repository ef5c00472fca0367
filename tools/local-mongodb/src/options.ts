import type { MongodSource } from './finder/mongod-source.ts';

/** How long each step may take, in milliseconds. */
export interface TimeLimits {
  /** `mongod --version`. Default 10,000. */
  readonly version: number;
  /** A whole download. Default 600,000. */
  readonly download: number;
  /** A download in which no byte arrives. Default 30,000. */
  readonly stall: number;
  /** Waiting for another program to leave the data folder. Default 2,000. */
  readonly claim: number;
  /** Until a mongod that was left running must take writes. Default 5,000. */
  readonly adopt: number;
  /** From the start of a mongod until it takes writes. Default 60,000. */
  readonly start: number;
  /** From the request to stop until it is killed. Default 10,000. */
  readonly stop: number;
}

export const DEFAULT_TIME_LIMITS: TimeLimits = {
  version: 10_000,
  download: 600_000,
  stall: 30_000,
  claim: 2_000,
  adopt: 5_000,
  start: 60_000,
  stop: 10_000,
};

/** What findMongod takes; everything may be left out. */
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
  /** Default {@link DEFAULT_TIME_LIMITS}, each by itself. */
  readonly limits?: Partial<TimeLimits> | undefined;
  /** Where to look, in this order. Default: MONGOD_SOURCES. */
  readonly sources?: readonly MongodSource[] | undefined;
}

/** What startLocalMongod takes. */
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
