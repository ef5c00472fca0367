import createClient from 'openapi-fetch';

import type { paths } from './openapi.ts';
import type { ApiTokens } from './types.ts';

export type Send = (request: Request) => Promise<Response>;

/** The server could not tell: it answers so, or it cannot be reached. */
export interface Failure {
  readonly response?: Response | undefined;
  /** What `fetch` threw. */
  readonly error?: unknown;
}

/** New tokens; `undefined` if the session has ended. */
export type Exchanged = ApiTokens | Failure | undefined;

/** What the server does with tokens. Neither function rejects. */
export interface TokenServer {
  /** Takes no longer than `EXCHANGE_TIMEOUT_MILLISECONDS`. */
  readonly exchange: (refreshToken: string) => Promise<Exchanged>;
  /** Whether the session has ended for certain. */
  readonly endSession: (tokens: ApiTokens) => Promise<boolean>;
}

/** Leaves time for a second exchange while the server still gives the same answer. */
export const EXCHANGE_TIMEOUT_MILLISECONDS = 10_000;
const UNAUTHORIZED = 401;
/** Expired; not known, or its session has ended. */
const REFUSALS = ['ACCESS_TOKEN_ERR_02', 'ACCESS_TOKEN_ERR_05'];

/** Whether the access token is to blame, and not a wrong password or another account's path. */
export async function isTokenRefused(response: Response): Promise<boolean> {
  if (response.status !== UNAUTHORIZED) {
    return false;
  }
  const { code } = (await response
    .clone()
    .json()
    .catch(() => ({}))) as { code?: unknown };
  return REFUSALS.includes(code as string);
}

export function isTokens(exchanged: ApiTokens | Failure): exchanged is ApiTokens {
  return 'token' in exchanged;
}

export function tokenServer(baseUrl: string, send: Send): TokenServer {
  const client = createClient<paths>({ baseUrl });

  async function exchange(refreshToken: string): Promise<Exchanged> {
    let response: Response | undefined;
    try {
      const { data } = await client.POST('/api/access-tokens', {
        body: { refresh_token: refreshToken },
        signal: AbortSignal.timeout(EXCHANGE_TIMEOUT_MILLISECONDS),
        fetch: async (request) => {
          response = await send(request);
          return response.clone();
        },
      });
      if (data !== undefined) {
        return { token: data.token, refreshToken: data.refresh_token };
      }
      return response?.status === UNAUTHORIZED ? undefined : { response };
    } catch (error) {
      return { error };
    }
  }

  async function deleteSession(token: string): Promise<Response> {
    const { response } = await client.DELETE('/api/access-tokens/current', {
      headers: { authorization: `Bearer ${token}` },
      fetch: send,
      // A page often goes on to another one at once.
      keepalive: true,
    });
    return response;
  }

  async function endSession({ token, refreshToken }: ApiTokens): Promise<boolean> {
    try {
      const { ok, status } = await deleteSession(token);
      if (status !== UNAUTHORIZED) {
        return ok;
      }
      const renewed = await exchange(refreshToken);
      if (renewed === undefined) {
        return true;
      }
      return isTokens(renewed) && (await deleteSession(renewed.token)).ok;
    } catch {
      return false;
    }
  }

  return { exchange, endSession };
}
