export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface RequestOptions {
  readonly token?: string | undefined;
  /** A value is sent as JSON, a text as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request and reads the whole answer. */
export async function send(
  method: string,
  url: string,
  { token, body, headers = {} }: RequestOptions = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== '' ? (JSON.parse(text) as Record<string, unknown>) : { text },
  };
}

export async function post(url: string, body: unknown, token?: string): Promise<Answer> {
  return send('POST', url, { body, token });
}

export async function get(url: string, token?: string): Promise<Answer> {
  return send('GET', url, { token });
}

export async function patch(url: string, body: unknown, token?: string): Promise<Answer> {
  return send('PATCH', url, { body, token });
}

export async function remove(url: string, token?: string): Promise<Answer> {
  return send('DELETE', url, { token });
}

export const ada = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  username: 'ada',
  password: 'analytical-engine-1843',
};

export interface LoggedIn {
  readonly id: string;
  readonly token: string;
  readonly refreshToken: string;
  /** The credentials, for logging in again. */
  readonly user: typeof ada;
}

/** Signs up under a name and logs in. */
export async function signUpAndLogIn(api: string, username: string): Promise<LoggedIn> {
  const user = { ...ada, username };
  const signUp = await post(`${api}/accounts`, user);
  const login = await post(`${api}/access-tokens`, user);
  if (signUp.status !== 201 || login.status !== 201) {
    throw new Error(`Signing up and logging in: ${signUp.status}, ${login.status}`);
  }
  const {
    account_id: id,
    token,
    refresh_token: refreshToken,
  } = login.body as Record<string, string>;
  return { id: id!, token: token!, refreshToken: refreshToken!, user };
}
