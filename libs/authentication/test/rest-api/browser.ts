import { once } from 'node:events';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** Undefined leaves a header out that would be sent otherwise. */
export type SentHeaders = Readonly<Record<string, string | undefined>>;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly setCookies: readonly string[];
  readonly body: { readonly code?: string; readonly [name: string]: unknown };
}

export interface SendOptions {
  readonly headers?: SentHeaders;
  /** Sent as JSON, a string as it is. Default: no body. */
  readonly body?: unknown;
}

/** Sends exactly these headers, as no `fetch` does. */
export async function send(
  address: string,
  method: string,
  path: string,
  { headers = {}, body }: SendOptions = {},
): Promise<Answer> {
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const given = Object.entries<string | undefined>({ ...type, ...headers });
  const sent = request(`${address}${path}`, {
    method,
    headers: Object.fromEntries(given.filter(([, value]) => value !== undefined)),
  });
  sent.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const answered = await text(response);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    setCookies: response.headers['set-cookie'] ?? [],
    body: (answered === '' ? {} : JSON.parse(answered)) as Answer['body'],
  };
}

/** A browser on a page of the server's own: keeps the session's cookie, as it is told. */
export class Browser {
  readonly #address: string;
  readonly #host: string;
  /** `name=value`; undefined if there is none. */
  cookie: string | undefined;

  /** @param host by which it reaches the server */
  constructor(address: string, host = 'app.example.com') {
    this.#address = address;
    this.#host = host;
  }

  get value(): string {
    return this.cookie?.split('=')[1] ?? '';
  }

  async send(method: string, path: string, { headers, body }: SendOptions = {}): Promise<Answer> {
    const own = { host: this.#host, 'sec-fetch-site': 'same-origin', cookie: this.cookie };
    const answer = await send(this.#address, method, path, {
      headers: { ...own, ...headers },
      body,
    });
    for (const set of answer.setCookies) {
      const [pair = ''] = set.split(';');
      this.cookie = /; Max-Age=0\b/.test(set) ? undefined : pair;
    }
    return answer;
  }
}
