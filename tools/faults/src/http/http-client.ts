import { request, type Agent, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

import { LOOPBACK } from '../stage/free-port.ts';

export interface HttpRequest {
  readonly port: number;
  readonly path: string;
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object;
}

export interface SendOptions {
  /** After this the request is given up. */
  readonly limitMilliseconds: number;
  /** Which connections may be used. Default: one of the request's own. */
  readonly agent?: Agent;
}

export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Parsed where it is JSON, otherwise the text. */
  readonly body: unknown;
  readonly sentAt: number;
  readonly milliseconds: number;
}

/** There was no whole answer: nothing listened, the connection broke, or the time was over. */
export interface NoAnswer {
  readonly kind: 'refused' | 'broken' | 'overdue';
  readonly sentAt: number;
  readonly milliseconds: number;
}

/** Times are by `performance.now()`. */
export type Outcome = Answer | NoAnswer;

export function isAnswer(outcome: Outcome): outcome is Answer {
  return outcome.kind === 'answer';
}

/** Whether the request did what it asked for. */
export function isSuccess(outcome: Outcome): outcome is Answer {
  return isAnswer(outcome) && outcome.status >= 200 && outcome.status < 300;
}

/** Sends one request; never rejects, because how it fails is what is looked at. */
export async function send(options: HttpRequest, sendOptions: SendOptions): Promise<Outcome> {
  const sentAt = performance.now();
  try {
    const { status, headers, text } = await exchange(options, sendOptions);
    return { kind: 'answer', status, headers, body: parse(text), ...timesSince(sentAt) };
  } catch (error) {
    return { kind: kindOf(error), ...timesSince(sentAt) };
  }
}

interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

async function exchange(
  { port, path, method = 'GET', headers = {}, body }: HttpRequest,
  { limitMilliseconds, agent }: SendOptions,
): Promise<RawAnswer> {
  const jsonHeader = body === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const sent = request({
      host: LOOPBACK,
      port,
      path,
      method,
      headers: { ...jsonHeader, ...headers },
      agent: agent ?? false,
      signal: AbortSignal.timeout(limitMilliseconds),
    });
    sent.once('response', (response) => {
      readText(response).then(
        (text) => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        reject,
      );
    });
    sent.once('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  return (await response.toArray()).join('');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function kindOf(error: unknown): NoAnswer['kind'] {
  const { code, name } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') {
    return 'refused';
  }
  return name === 'AbortError' || name === 'TimeoutError' ? 'overdue' : 'broken';
}

function timesSince(sentAt: number): { sentAt: number; milliseconds: number } {
  return { sentAt, milliseconds: performance.now() - sentAt };
}
