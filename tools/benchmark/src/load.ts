import autocannon from 'autocannon';

import { median } from './statistics.ts';
import { readProcessorSeconds } from './processor-time.ts';
import { LOOPBACK, type HttpRequest } from './servers/http-client.ts';
import type { RunningServer } from './servers/running-server.ts';

/** What a server did under load. */
export interface LoadResult {
  /** Processor time of the server, all its threads. */
  readonly processorMilliseconds: number;
  readonly medianMilliseconds: number;
  readonly requestsPerSecond: number;
}

export interface Load {
  readonly connections: number;
  readonly seconds: number;
}

/** The load was not answered as it should be, so its times say nothing. */
export class LoadFailedError extends Error {
  constructor(problem: string) {
    super(`Not every request under load was answered: ${problem}.`);
    this.name = new.target.name;
  }
}

/**
 * Sends a request over and over, on several connections at once.
 *
 * @throws LoadFailedError unless every answer is a success
 */
export async function putUnderLoad(
  server: RunningServer,
  { path, headers = {} }: Omit<HttpRequest, 'port'>,
  { connections, seconds }: Load,
): Promise<LoadResult> {
  const times: number[] = [];
  const before = readProcessorSeconds(server.pid);
  const url = `http://${LOOPBACK}:${server.port}${path}`;
  const run = autocannon({ url, connections, duration: seconds, headers });
  run.on('response', (_client, _status, _bytes, milliseconds) => times.push(milliseconds));
  const { duration, errors, timeouts, non2xx } = await run;
  if (errors + timeouts + non2xx > 0 || times.length === 0) {
    throw new LoadFailedError(
      `${times.length} answers, ${non2xx} of them no success; ${errors} errors, ${timeouts} timeouts`,
    );
  }
  const processorSeconds = readProcessorSeconds(server.pid) - before;
  return {
    processorMilliseconds: (processorSeconds * 1_000) / times.length,
    medianMilliseconds: median(times),
    requestsPerSecond: times.length / duration,
  };
}
