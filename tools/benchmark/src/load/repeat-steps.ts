import { setTimeout as delay } from 'node:timers/promises';

import type { Answers, Extent } from './load-result.ts';

export interface StepLoad {
  readonly clients: number;
  readonly extent: Extent;
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
  const { clients, extent, intervalMilliseconds = 0, step } = load;
  const milliseconds: number[] = [];
  const begin = performance.now();
  let begun = 0;
  const isOver = (): boolean =>
    'count' in extent ? begun >= extent.count : performance.now() - begin >= extent.seconds * 1_000;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      do {
        begun += 1;
        const before = performance.now();
        await step(client);
        const took = performance.now() - before;
        milliseconds.push(took);
        if (took < intervalMilliseconds) {
          await delay(intervalMilliseconds - took);
        }
      } while (!isOver());
    }),
  );
  return { milliseconds, seconds: (performance.now() - begin) / 1_000 };
}
