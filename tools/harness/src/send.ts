import { request, type Agent, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { text as readText } from 'node:stream/consumers';

import { LOOPBACK } from './loopback.ts';

export interface HttpRequest {
  readonly port: number;
  readonly path: string;
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface SendOptions {
  /** After this the request is given up. Default: 60 seconds. */
  readonly limitMilliseconds?: number;
  /** Which connections may be used. Default: one of the request's own. */
  readonly agent?: Agent | false;
  /** Asks before it sends the body (RFC 9110, 10.1.1); called once the server wants it. */
  readonly onContinue?: () => void;
}

/** By `performance.now()`. */
interface Times {
  readonly sentAt: number;
  readonly milliseconds: number;
}

export interface Answer extends Times {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Parsed where it is JSON, otherwise the text. */
  readonly body: unknown;
}

/** There was no whole answer: nothing listened, the connection broke, or the time was over. */
interface NoAnswer extends Times {
  readonly kind: 'refused' | 'broken' | 'overdue';
}

export type Outcome = Answer | NoAnswer;

export function isAnswer(outcome: Outcome): outcome is Answer {
  return outcome.kind === 'answer';
}

export function isSuccess(outcome: Outcome): outcome is Answer {
  return isAnswer(outcome) && outcome.status >= 200 && outcome.status < 300;
}

/** Such as `503 {"code":"SERVER_ERR_02"}`, or `broken`. */
export function renderOutcome(outcome: Outcome): string {
  return isAnswer(outcome) ? `${outcome.status} ${JSON.stringify(outcome.body)}` : outcome.kind;
}

/** Sends one request; never rejects, because how it fails is what is looked at. */
export async function send(options: HttpRequest, sendOptions: SendOptions = {}): Promise<Outcome> {
  const sentAt = performance.now();
  const times = () => ({ sentAt, milliseconds: performance.now() - sentAt });
  try {
    const response = await exchange(options, sendOptions);
    const { statusCode: status = 0, headers } = response;
    return { kind: 'answer', status, headers, body: parse(await readText(response)), ...times() };
  } catch (error) {
    return { kind: kindOf(error), ...times() };
  }
}

function exchange(
  { port, path, method = 'GET', headers = {}, body }: HttpRequest,
  { limitMilliseconds = 60_000, agent = false, onContinue }: SendOptions,
): Promise<IncomingMessage> {
  const content = body === undefined ? '' : JSON.stringify(body);
  const length = String(Buffer.byteLength(content));
  const ofBody = { 'content-type': 'application/json', 'content-length': length };
  const expectation = onContinue === undefined ? {} : { expect: '100-continue' };
  return new Promise((resolve, reject) => {
    const sent = request({
      host: LOOPBACK,
      port,
      path,
      method,
      headers: { ...(body === undefined ? {} : ofBody), ...expectation, ...headers },
      agent,
      signal: AbortSignal.timeout(limitMilliseconds),
    });
    sent.once('response', resolve).once('error', reject);
    if (onContinue === undefined) {
      sent.end(content);
      return;
    }
    sent.once('continue', () => {
      onContinue();
      sent.end(content);
    });
  });
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
