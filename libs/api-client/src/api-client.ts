import createClient, { type Client, type Middleware } from 'openapi-fetch';

import { createCookieClient, type CookieApiClient } from './cookie-client.ts';
import type { paths } from './openapi.ts';
import { SessionTokens } from './session-tokens.ts';
import { isTokenRefused, tokenServer, type Send } from './token-server.ts';
import type { ApiClientOptions, ApiTokens, CookieClientOptions } from './types.ts';

/** Every route of the API, typed; and the session that its requests belong to. */
export interface ApiClient extends Client<paths> {
  /** The tokens that requests are sent with. */
  readonly tokens: () => ApiTokens | undefined;
  /** Takes the tokens of a login, or `undefined` to be anonymous again. */
  readonly setTokens: (tokens: ApiTokens | undefined) => void;
  /**
   * Forgets the tokens, in all tabs, and ends the session on the server.
   *
   * @returns whether it has ended there; if not, as when the server cannot be reached, it ends when
   *   it has not been used for long
   */
  readonly signOut: () => Promise<boolean>;
}

/** After how many answers a request is given up: its tokens may be outrun while it waits. */
const MAXIMUM_ANSWERS = 3;

/**
 * Makes a client. A request that is refused because its access token has expired is sent again with
 * a new one of the same session; many at once, in all tabs, share one refresh. The answer is the
 * caller's in every other case: errors are values (`{ error, response }`), nothing is thrown but
 * what `fetch` throws.
 *
 * @example
 * const api = createApiClient({ baseUrl: '', session: 'cookie' });
 */
export function createApiClient(options: CookieClientOptions): CookieApiClient;
export function createApiClient(options: ApiClientOptions): ApiClient;
export function createApiClient(
  options: ApiClientOptions | CookieClientOptions,
): ApiClient | CookieApiClient {
  return options.session === 'cookie' ? createCookieClient(options) : createTokenClient(options);
}

function createTokenClient(options: ApiClientOptions): ApiClient {
  const { baseUrl, fetch = globalThis.fetch } = options;
  const send: Send = (request) => fetch(request);
  const session = new SessionTokens(options, tokenServer(baseUrl, send));
  const client = createClient<paths>({ baseUrl, fetch: send });
  client.use(authorize(session, send));
  return Object.assign(client, {
    tokens: () => session.read(),
    setTokens: (tokens: ApiTokens | undefined) => session.set(tokens),
    signOut: async () => session.signOut(),
  });
}

/** A request that may have to be sent again, and what it was sent with. */
interface SentRequest {
  /** A body can be read once; what is sent again is copied before it is. */
  readonly copy: Request;
  readonly tokens: ApiTokens;
}

function authorize(session: SessionTokens, send: Send): Middleware {
  const sentRequests = new WeakMap<Request, SentRequest>();
  return {
    onRequest: ({ request }) => {
      const tokens = session.read();
      if (tokens !== undefined && !request.headers.has('authorization')) {
        request.headers.set('authorization', `Bearer ${tokens.token}`);
        sentRequests.set(request, { copy: request.clone(), tokens });
      }
    },
    onResponse: async ({ request, response }) => {
      const sent = sentRequests.get(request);
      return sent && sendAgain(sent, response, session, send);
    },
  };
}

async function sendAgain(
  { copy, tokens }: SentRequest,
  response: Response,
  session: SessionTokens,
  send: Send,
): Promise<Response> {
  let answer = response;
  let refused = tokens;
  for (let answers = 1; answers < MAXIMUM_ANSWERS && (await isTokenRefused(answer)); answers++) {
    const renewed = await session.renew(refused);
    if (renewed === undefined || renewed instanceof Response) {
      return renewed ?? answer;
    }
    const again = answers === MAXIMUM_ANSWERS - 1 ? copy : copy.clone();
    again.headers.set('authorization', `Bearer ${renewed.token}`);
    answer = await send(again);
    refused = renewed;
  }
  return answer;
}
