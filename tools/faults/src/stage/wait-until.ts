import { setTimeout as delay } from 'node:timers/promises';

/** Something that was waited for did not happen in time. */
export class WaitedTooLongError extends Error {
  constructor(what: string, limitMilliseconds: number) {
    super(`${what}: not within ${limitMilliseconds} ms.`);
    this.name = new.target.name;
  }
}

export interface WaitOptions {
  /** What is waited for, for the error. */
  readonly what: string;
  readonly limitMilliseconds: number;
  /** Between two questions. Default: 20. */
  readonly pauseMilliseconds?: number;
}

/**
 * Asks again and again until the answer is not undefined.
 *
 * @throws WaitedTooLongError
 */
export async function waitUntil<Answer>(
  { what, limitMilliseconds, pauseMilliseconds = 20 }: WaitOptions,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer> {
  const deadline = performance.now() + limitMilliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) {
      return answer;
    }
    if (performance.now() >= deadline) {
      throw new WaitedTooLongError(what, limitMilliseconds);
    }
    await delay(pauseMilliseconds);
  }
}
