import { setTimeout as delay } from 'node:timers/promises';

import { LOOPBACK, median, quantile, readProcessorSeconds, type ServerRequest } from '@org/harness';
import autocannon from 'autocannon';

/** Times of the answers to a load, in milliseconds, and how long it went on. */
export interface Answers {
  readonly milliseconds: readonly number[];
  readonly seconds: number;
}

/** When a load ends: after some time, or after so many requests or steps. */
export type Extent = { readonly seconds: number } | { readonly count: number };

export type LoadResult = Readonly<Awaited<ReturnType<typeof measureLoad>>>;

/** What a load takes: its times, and the processor time of both processes, given by their ids. */
export async function measureLoad(
  { server, mongod }: { readonly server: number; readonly mongod: number },
  load: () => Promise<Answers>,
) {
  const before = [server, mongod].map(readProcessorSeconds);
  const { milliseconds, seconds } = await load();
  const [serverSeconds = 0, mongodSeconds = 0] = [server, mongod].map(
    (pid, index) => readProcessorSeconds(pid) - (before[index] ?? 0),
  );
  return {
    /** Processor time of the server for an answer, all its threads. */
    processorMilliseconds: (serverSeconds * 1_000) / milliseconds.length,
    mongodMilliseconds: (mongodSeconds * 1_000) / milliseconds.length,
    medianMilliseconds: median(milliseconds),
    p95Milliseconds: quantile(milliseconds, 0.95),
    p99Milliseconds: quantile(milliseconds, 0.99),
    answersPerSecond: milliseconds.length / seconds,
  };
}

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
  const running = Array.from({ length: clients }, async (_, client) => {
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
  });
  await Promise.all(running);
  return { milliseconds, seconds: (performance.now() - begin) / 1_000 };
}

/** A request that is sent again and again; `makeBody` is asked for the body of each. */
export interface RepeatedRequest extends ServerRequest {
  readonly makeBody?: () => object;
}

export interface RequestLoad {
  readonly connections: number;
  readonly extent: Extent;
  /** What a connection, counted from 0, sends in turn. */
  readonly requestsOf: (connection: number) => readonly RepeatedRequest[];
}

/** How exactly the end of a load is kept. */
const SAMPLE_MILLISECONDS = 100;

/** The load was not answered as it should be, so its times say nothing. */
export class LoadFailedError extends Error {
  constructor(problem: string) {
    super(`Not every request under load was answered: ${problem}.`);
    this.name = new.target.name;
  }
}

/** Keeps its connections busy with requests. @throws LoadFailedError unless every answer is a success */
export async function sendRepeatedly(
  { port }: { readonly port: number },
  { connections, extent, requestsOf }: RequestLoad,
): Promise<Answers> {
  const milliseconds: number[] = [];
  let opened = 0;
  const run = autocannon({
    url: `http://${LOOPBACK}:${port}`,
    connections,
    sampleInt: SAMPLE_MILLISECONDS,
    ...('seconds' in extent ? { duration: extent.seconds } : { amount: extent.count }),
    setupClient: (client) => {
      client.setRequests(requestsOf(opened).map(toAutocannonRequest));
      opened += 1;
    },
  });
  run.on('response', (_client, _status, _bytes, time) => milliseconds.push(time));
  const { duration, errors, timeouts, non2xx } = await run;
  if (errors + timeouts + non2xx > 0 || milliseconds.length === 0) {
    throw new LoadFailedError(
      `${milliseconds.length} answers, ${non2xx} of them no success; ${errors} errors, ${timeouts} timeouts`,
    );
  }
  return { milliseconds, seconds: duration };
}

function toAutocannonRequest(request: RepeatedRequest): autocannon.Request {
  const { path, method = 'GET', headers = {}, body, makeBody } = request;
  if (body === undefined && makeBody === undefined) {
    return { method, path, headers };
  }
  const asJson = { method, path, headers: { 'content-type': 'application/json', ...headers } };
  return makeBody === undefined
    ? { ...asJson, body: JSON.stringify(body) }
    : { ...asJson, setupRequest: (made) => ({ ...made, body: JSON.stringify(makeBody()) }) };
}
