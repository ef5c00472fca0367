import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MILLISECONDS = 120_000;
const INTERVAL_MILLISECONDS = 10;

/** Waits until the answer is neither false nor undefined, and returns it. */
export async function until<Answer>(
  ask: () => Promise<Answer | undefined | false> | Answer | undefined | false,
): Promise<Answer> {
  const end = performance.now() + LIMIT_MILLISECONDS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) {
      return answer;
    }
    if (performance.now() > end) {
      throw new Error(`Still waiting for: ${ask.toString()}`);
    }
    await delay(INTERVAL_MILLISECONDS);
  }
}
