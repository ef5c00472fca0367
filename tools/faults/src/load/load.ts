import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { isAnswer, send, Tally, type Outcome } from '@org/harness';

type Request = () => Promise<Outcome>;

/** Load that goes on until it is stopped. */
export interface Load {
  readonly tally: Tally;
  /** Resolves when the last request has ended. */
  readonly stop: () => Promise<Tally>;
}

const endings: (() => void)[] = [];

/** Ends what a fault that failed has left behind. */
export function endLoads(): void {
  endings.splice(0).forEach((end) => end());
}

/** Each makes its next request when its last has ended, after a pause where there was no answer. */
export function startLoad(requesters: readonly Request[], pauseMilliseconds?: number): Load {
  const tally = new Tally();
  let stopped = false;
  const running = requesters.map(async (request) => {
    while (!stopped) {
      const outcome = await request();
      tally.add(outcome);
      if (pauseMilliseconds !== undefined || !isAnswer(outcome)) {
        await delay(pauseMilliseconds ?? 10);
      }
    }
  });
  const end = () => {
    stopped = true;
  };
  endings.push(end);
  const stop = async () => {
    end();
    await Promise.all(running);
    return tally;
  };
  return { tally, stop };
}

/** Sends at a rate, whether or not earlier requests have ended, as independent clients do. */
export function startPacedLoad(requestsPerSecond: number, request: Request): Load {
  const tally = new Tally();
  const sent: Promise<void>[] = [];
  const startedAt = performance.now();
  const sendDue = (): void => {
    const due = ((performance.now() - startedAt) / 1_000) * requestsPerSecond;
    while (sent.length < due) {
      sent.push(request().then((outcome) => tally.add(outcome)));
    }
  };
  const timer = setInterval(sendDue, 5);
  const end = () => clearInterval(timer);
  endings.push(end);
  const stop = async () => {
    end();
    await Promise.all(sent);
    return tally;
  };
  return { tally, stop };
}

/** Looks at readiness again and again, as a load balancer does, each time on a new connection. */
export function watchReadiness(port: number, pauseMilliseconds: number): Load {
  const request = { port, path: '/health/ready' };
  return startLoad([() => send(request, { limitMilliseconds: 15_000 })], pauseMilliseconds);
}

/** When the first answer of 503 came to a question after this; NaN if none did. */
export function firstUnready({ outcomes }: Tally, after: number): number {
  const first = outcomes.find(
    (outcome) => outcome.sentAt >= after && isAnswer(outcome) && outcome.status === 503,
  );
  return first === undefined ? Number.NaN : first.sentAt + first.milliseconds;
}

/**
 * Asks for `/health/live`, which takes no time, repeatedly on one connection: an answer is late when
 * the event loop is busy with something else.
 *
 * @returns all looks during the work
 */
export async function watchLiveness(port: number, work: () => Promise<unknown>): Promise<Tally> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const load = startLoad([() => send({ port, path: '/health/live' }, { agent })], 2);
  try {
    await work();
  } finally {
    await load.stop();
    agent.destroy();
  }
  return load.tally;
}

type Labels = Readonly<Record<string, string>>;

/** A figure of the program's metrics; NaN if it is not there. */
export async function readSample(port: number, name: string, labels?: Labels): Promise<number> {
  const outcome = await send({ port, path: '/metrics' });
  return findSample(isAnswer(outcome) ? String(outcome.body) : '', name, labels);
}

/** The value of a sample in Prometheus's text; NaN if it is not there. */
export function findSample(text: string, name: string, labels: Labels = {}): number {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const samples = text.split('\n').filter((line) => /^\w+/u.exec(line)?.[0] === name);
  const found = samples.find((line) => pairs.every((pair) => line.includes(pair)));
  return found === undefined ? Number.NaN : Number(found.slice(found.lastIndexOf(' ') + 1));
}
