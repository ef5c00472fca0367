import { LOOPBACK } from '@org/harness';
import autocannon from 'autocannon';

import type { RunningServer, ServerRequest } from '../servers/running-server.ts';
import type { Answers, Extent } from './load-result.ts';

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

/** The items of one connection, when all are dealt out by turns. */
export function deal<Item>(
  items: readonly Item[],
  connections: number,
  connection: number,
): Item[] {
  return items.filter((_, index) => index % connections === connection);
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

/**
 * Sends requests over and over, on several connections that are never idle.
 *
 * @throws LoadFailedError unless every answer is a success
 */
export async function sendRepeatedly(
  { port }: Pick<RunningServer, 'port'>,
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
