import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until the answer is not undefined.
 *
 * @param limit milliseconds after which it gives up.
 * @param interval milliseconds between two questions.
 * @returns the answer, or undefined when the limit passed.
 */
export async function pollUntil<Answer>(
  ask: () => Promise<Answer | undefined> | Answer | undefined,
  limit: number,
  interval: number,
): Promise<Answer | undefined> {
  const deadline = performance.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) {
      return answer;
    }
    if (performance.now() >= deadline) {
      return undefined;
    }
    await delay(interval);
  }
}
