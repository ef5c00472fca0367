import { setTimeout as delay } from 'node:timers/promises';

/** Something did not happen in time. */
export class WaitedTooLongError extends Error {
  constructor(what: string, limitMilliseconds: number) {
    super(`${what}: not within ${limitMilliseconds} ms.`);
    this.name = new.target.name;
  }
}

type Answer<Value> = Value | false | undefined;

/**
 * Asks again and again until the answer is neither false nor undefined.
 *
 * @returns the answer; undefined if the limit passed
 */
export async function pollUntil<Value>(
  ask: () => Promise<Answer<Value>> | Answer<Value>,
  limitMilliseconds: number,
  pauseMilliseconds = 20,
): Promise<Value | undefined> {
  const deadline = performance.now() + limitMilliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) {
      return answer;
    }
    if (performance.now() >= deadline) {
      return undefined;
    }
    await delay(pauseMilliseconds);
  }
}

/**
 * As {@link pollUntil}.
 *
 * @param what is waited for, for the error
 * @throws WaitedTooLongError if the limit passed
 */
export async function waitUntil<Value>(
  what: string,
  limitMilliseconds: number,
  ask: () => Promise<Answer<Value>> | Answer<Value>,
  pauseMilliseconds?: number,
): Promise<Value> {
  const answer = await pollUntil(ask, limitMilliseconds, pauseMilliseconds);
  if (answer === undefined) {
    throw new WaitedTooLongError(what, limitMilliseconds);
  }
  return answer;
}
