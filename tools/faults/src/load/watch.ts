import { Agent } from 'node:http';

import { isAnswer, send, type Tally } from '@org/harness';

import { startLoad, type Load } from './load.ts';

/** Looks at readiness again and again, as a load balancer does, each time on a new connection. */
export function watchReadiness(port: number, pauseMilliseconds: number): Load {
  const request = { port, path: '/health/ready' };
  const look = () => send(request, { limitMilliseconds: 15_000 });
  return startLoad([look], pauseMilliseconds);
}

/** When the first answer of 503 came to a question after this; NaN if none did. */
export function firstUnready({ outcomes }: Tally, after: number): number {
  const first = outcomes.find(
    (outcome) => outcome.sentAt >= after && isAnswer(outcome) && outcome.status === 503,
  );
  return first === undefined ? Number.NaN : first.sentAt + first.milliseconds;
}

/**
 * Asks for `/health/live`, which takes no time, over and over on one connection: an answer is late
 * when the event loop is busy with something else.
 */
export function watchLiveness(port: number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const load = startLoad([() => send({ port, path: '/health/live' }, { agent })], 2);
  const stop = async (): Promise<Tally> => {
    const tally = await load.stop();
    agent.destroy();
    return tally;
  };
  return { ...load, stop };
}

/** @returns the longest that liveness took during the work, in milliseconds */
export async function longestLiveness(port: number, work: () => Promise<unknown>): Promise<number> {
  const watch = watchLiveness(port);
  await work();
  return (await watch.stop()).longest;
}
