/** Where a module gets the time from, so that tests can control it. */
export interface Clock {
  /** Wall-clock time, for anything stored or compared with stored times. */
  now(): Date;
  /** Milliseconds on a clock that never goes back, for measuring durations. */
  monotonicMilliseconds(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMilliseconds: () => performance.now(),
};
