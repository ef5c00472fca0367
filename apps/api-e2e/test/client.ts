import { fetchJson as send, type JsonAnswer as Answer } from '@org/harness';

export { send, type Answer };

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
