import { setTimeout as delay } from 'node:timers/promises';

import type { Answers } from './load-result.ts';

export interface StepLoad {
  readonly clients: number;
  readonly seconds: number;
  /** From one step of a client to its next, unless the step takes longer. Default: 0, no pause. */
  readonly intervalMilliseconds?: number;
  /** What a client, counted from 0, does over and over: one request or several. */
  readonly step: (client: number) => Promise<unknown>;
}

/**
 * Takes steps over and over, by several clients at once. For work in which a request depends on
 * the answer to another; the time of an answer is that of the whole step.
 *
 * @throws what a step throws
 */
export async function repeatSteps(load: StepLoad): Promise<Answers> {
  const { clients, seconds, intervalMilliseconds = 0, step } = load;
  const milliseconds: number[] = [];
  const begin = performance.now();
  const end = begin + seconds * 1_000;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      do {
        const before = performance.now();
        await step(client);
        const took = performance.now() - before;
        milliseconds.push(took);
        if (took < intervalMilliseconds) {
          await delay(intervalMilliseconds - took);
        }
      } while (performance.now() < end);
    }),
  );
  return { milliseconds, seconds: (performance.now() - begin) / 1_000 };
}
