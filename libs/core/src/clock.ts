/** Where a module gets its time from, so that a test can move it. */
export interface Clock {
  /** Wall-clock time, for what is stored or compared with stored times. */
  now(): Date;
  /** Milliseconds on a clock that never goes back, for measuring how long something took. */
  monotonicMilliseconds(): number;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMilliseconds: () => performance.now(),
};
