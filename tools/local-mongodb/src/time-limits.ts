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

/** The limits for whoever sets none. */
export const DEFAULT_TIME_LIMITS: TimeLimits = {
  version: 10_000,
  download: 600_000,
  stall: 30_000,
  claim: 2_000,
  adopt: 5_000,
  start: 60_000,
  stop: 10_000,
};
