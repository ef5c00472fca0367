/**
 * Starts to measure. A monotonic clock may stand still while the computer sleeps, and a wall clock
 * may be set back: the longer time counts.
 *
 * @returns how many milliseconds have passed
 */
export function startStopwatch(): () => number {
  const wall = Date.now();
  const monotonic = performance.now();
  return () => Math.max(Date.now() - wall, performance.now() - monotonic);
}
