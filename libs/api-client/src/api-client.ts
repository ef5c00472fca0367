import createClient, { type Client, type Middleware } from 'openapi-fetch';

import type { paths } from './openapi.ts';
import { SessionTokens } from './session-tokens.ts';
import type { ApiClientOptions, ApiTokens } from './types.ts';

/** Every route of the API, typed; and the session that its requests belong to. */
export interface ApiClient extends Client<paths> {
  /** The tokens that requests are sent with. */
  readonly tokens: () => ApiTokens | undefined;
  /** Takes the tokens of a login, or `undefined` to be anonymous again. */
  readonly setTokens: (tokens: ApiTokens | undefined) => void;
}

const UNAUTHORIZED = 401;

/**
 * Makes a client. A request that is refused because its access token has expired is sent again with
 * a new one; many at once share one refresh. The answer is the caller's in every other case: errors
 * are values (`{ error, response }`), nothing is thrown but what `fetch` throws.
 */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { baseUrl, fetch = globalThis.fetch } = options;
  const send = (request: Request): Promise<Response> => fetch(request);
  const anonymous = createClient<paths>({ baseUrl, fetch: send });
  const session = new SessionTokens(options, (refreshToken) => exchange(anonymous, refreshToken));
  const client = createClient<paths>({ baseUrl, fetch: send });
  client.use(authorize(session, send));
  return Object.assign(client, {
    tokens: () => session.current,
    setTokens: (tokens: ApiTokens | undefined) => session.set(tokens),
  });
}

function authorize(
  session: SessionTokens,
  send: (request: Request) => Promise<Response>,
): Middleware {
  // A body can be read once; what may have to be sent again is copied before it is.
  const copies = new WeakMap<Request, Request>();
  return {
    onRequest: ({ request }) => {
      if (session.current !== undefined && !request.headers.has('authorization')) {
        request.headers.set('authorization', `Bearer ${session.current.token}`);
        copies.set(request, request.clone());
      }
    },
    onResponse: async ({ request, response }) => {
      const copy = copies.get(request);
      if (response.status !== UNAUTHORIZED || copy === undefined) {
        return undefined;
      }
      const refused = copy.headers.get('authorization')?.slice('Bearer '.length) ?? '';
      const token = await session.replace(refused);
      if (token === undefined || token === refused) {
        return undefined;
      }
      copy.headers.set('authorization', `Bearer ${token}`);
      return send(copy);
    },
  };
}

async function exchange(
  client: Client<paths>,
  refreshToken: string,
): Promise<ApiTokens | undefined> {
  const { data } = await client.POST('/api/access-tokens', {
    body: { refresh_token: refreshToken },
  });
  return data && { token: data.token, refreshToken: data.refresh_token };
}
