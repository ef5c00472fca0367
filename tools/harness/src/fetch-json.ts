export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON, or `{ text }` where it is something else. */
  readonly body: Record<string, unknown>;
}

export interface JsonRequestOptions {
  readonly token?: string | undefined;
  /** A value is sent as JSON, a text or bytes as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request as a client of the API does, and reads the whole answer. */
export async function fetchJson(
  method: string,
  url: string | URL,
  { token, body, headers = {} }: JsonRequestOptions = {},
): Promise<JsonAnswer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: toContent(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== '' ? (JSON.parse(text) as Record<string, unknown>) : { text },
  };
}

function toContent(body: unknown): string | Uint8Array<ArrayBuffer> {
  const isAsItIs = typeof body === 'string' || body instanceof Uint8Array;
  return isAsItIs ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body);
}
