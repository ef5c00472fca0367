export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

/** POSTs a value as JSON, or a text as it is. */
export async function post(url: string, body: unknown): Promise<Answer> {
  return toAnswer(
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );
}

export async function get(url: string, token?: string): Promise<Answer> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return toAnswer(await fetch(url, { headers }));
}

export const ada = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  username: 'ada',
  password: 'analytical-engine-1843',
};
