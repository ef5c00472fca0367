import { setTimeout as delay } from 'node:timers/promises';

export class WaitedTooLongError extends Error {
  constructor(what: string, limitMilliseconds: number) {
    super(`${what}: not within ${limitMilliseconds} ms.`);
    this.name = new.target.name;
  }
}

type Ask<Value> = () => Promise<Value | false | undefined> | Value | false | undefined;

/** Asks until the answer is neither false nor undefined; undefined if the limit passed. */
export async function pollUntil<Value>(
  ask: Ask<Value>,
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

/** As {@link pollUntil}. @throws WaitedTooLongError if the limit, by default two minutes, passed */
export async function waitUntil<Value>(
  what: string,
  ask: Ask<Value>,
  pauseMilliseconds?: number,
  limitMilliseconds = 120_000,
): Promise<Value> {
  const answer = await pollUntil(ask, limitMilliseconds, pauseMilliseconds);
  if (answer === undefined) {
    throw new WaitedTooLongError(what, limitMilliseconds);
  }
  return answer;
}
