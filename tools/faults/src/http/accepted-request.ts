import { request } from 'node:http';

import { LOOPBACK } from '../stage/free-port.ts';
import type { HttpRequest } from './http-client.ts';

/** How a request ended of which it is known whether the server had accepted it. */
export interface AcceptedOutcome {
  /** The server said "100 Continue": it had read the headers, and wanted the rest. */
  readonly accepted: boolean;
  /** Undefined without a whole answer. */
  readonly status: number | undefined;
  /** Nothing listened. */
  readonly refused: boolean;
  readonly endedAt: number;
}

const LIMIT_MILLISECONDS = 30_000;

/**
 * Sends a request that asks first (RFC 9110, 10.1.1), on a connection of its own. A connection that
 * breaks before the answer to that was never accepted, and whoever sent it may try elsewhere.
 */
export async function sendAskingFirst(options: HttpRequest): Promise<AcceptedOutcome> {
  const { port, path, method = 'GET', headers = {}, body } = options;
  return new Promise((resolve) => {
    let accepted = false;
    const end = (status: number | undefined, refused = false): void =>
      resolve({ accepted, status, refused, endedAt: performance.now() });
    const sent = request({
      host: LOOPBACK,
      port,
      path,
      method,
      headers: { ...headers, ...describeBody(body), expect: '100-continue' },
      agent: false,
      signal: AbortSignal.timeout(LIMIT_MILLISECONDS),
    });
    sent.once('continue', () => {
      accepted = true;
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
    sent.once('response', (response) => {
      response.resume();
      response.once('end', () => end(response.statusCode));
      response.once('error', () => end(undefined));
    });
    sent.once('error', (error: NodeJS.ErrnoException) =>
      end(undefined, error.code === 'ECONNREFUSED'),
    );
  });
}

function describeBody(body: object | undefined): Readonly<Record<string, string>> {
  if (body === undefined) {
    return {};
  }
  const length = Buffer.byteLength(JSON.stringify(body));
  return { 'content-type': 'application/json', 'content-length': String(length) };
}
