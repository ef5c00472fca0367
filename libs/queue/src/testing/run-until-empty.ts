import { OperationContext } from '@org/core';

import type { Queue } from '../queue.ts';

const MINUTE = 60_000;
const MAXIMUM_ROUNDS = 1_000;

/** Moves a test's clock; FakeClock of `@org/core/testing` does. */
export interface MovableClock {
  advance(milliseconds: number): void;
}

/**
 * Works on a queue until nothing waits, moving the clock past each wait for a retry. Rows of kinds
 * without a handler are left.
 *
 * @returns the number of attempts
 * @throws Error if there is no end to it
 */
export async function runUntilEmpty(
  queue: Pick<Queue, 'drain' | 'getStatistics'>,
  clock: MovableClock,
): Promise<number> {
  const context = OperationContext.anonymous('run-until-empty');
  let attempts = 0;
  let step = MINUTE;
  for (let round = 0; round < MAXIMUM_ROUNDS; round += 1) {
    const done = await queue.drain();
    attempts += done;
    const kinds = await queue.getStatistics(context);
    if (!kinds.some(({ isHandled, waiting }) => isHandled && waiting > 0)) {
      return attempts;
    }
    step = done === 0 ? 2 * step : MINUTE;
    clock.advance(step);
  }
  throw new Error(`The queue is not empty after ${attempts} attempts.`);
}
