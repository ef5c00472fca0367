/** How long each step may take, in milliseconds. */
export const DEFAULT_TIME_LIMITS = {
  /** `mongod --version`. */
  version: 10_000,
  /** A whole download. */
  download: 600_000,
  /** A download in which no byte arrives. */
  stall: 30_000,
  /** Waiting for another program to leave the data folder. */
  claim: 2_000,
  /** Until a mongod that was left running must take writes. */
  adopt: 5_000,
  /** From the start of a mongod until it takes writes. */
  start: 60_000,
  /** From the request to stop until it is killed. */
  stop: 10_000,
};

export type TimeLimits = Readonly<typeof DEFAULT_TIME_LIMITS>;
