import { request, type Agent } from 'node:http';

/** All servers listen here, and nothing else is ever asked. */
export const LOOPBACK = '127.0.0.1';

export interface HttpRequest {
  readonly port: number;
  readonly path: string;
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object;
  /** Keeps the connection for the next request. Default: a connection for this one only. */
  readonly agent?: Agent;
}

export interface HttpAnswer {
  readonly status: number;
  /** Parsed from JSON. */
  readonly body: unknown;
}

/** Sends one request; rejects when there is no answer. */
export async function send(options: HttpRequest): Promise<HttpAnswer> {
  const { port, path, method = 'GET', headers = {}, body, agent = false } = options;
  return new Promise((resolve, reject) => {
    const jsonHeader = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request(
      { host: LOOPBACK, port, path, method, headers: { ...jsonHeader, ...headers }, agent },
      (response) => {
        response.setEncoding('utf8');
        response
          .toArray()
          .then((chunks) =>
            resolve({ status: response.statusCode ?? 0, body: JSON.parse(chunks.join('')) }),
          )
          .catch(reject);
      },
    );
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Whether a request failed because nothing listens yet. */
export function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
}
