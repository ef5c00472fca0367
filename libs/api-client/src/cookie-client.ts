import createClient, { type Client, type Middleware } from 'openapi-fetch';

import type { paths } from './openapi.ts';
import { openTabChannel } from './tabs.ts';
import type { CookieClientOptions } from './types.ts';

/** Every route of the API, typed; and the session that the browser sends with requests. */
export interface CookieApiClient extends Client<paths> {
  /**
   * Ends the session on the server, which has the browser forget it in all tabs.
   *
   * @returns whether it has ended; if not, the browser still has it: try again
   */
  readonly signOut: () => Promise<boolean>;
}

const UNAUTHORIZED = 401;
const SESSION_ROUTES = ['/api/sessions', '/api/sessions/current'];

/** Makes a client that stores nothing. */
export function createCookieClient(options: CookieClientOptions): CookieApiClient {
  const { baseUrl, fetch = globalThis.fetch, onSessionChanged } = options;
  let known: string | undefined;
  let last: string | undefined;

  function change(accountId: string | undefined, isFromOtherTab: boolean): void {
    const isOtherAccount = accountId !== undefined && last !== undefined && accountId !== last;
    known = accountId;
    last = accountId ?? last;
    onSessionChanged?.(accountId, { isFromOtherTab, isOtherAccount });
  }
  const tellTabs = openTabChannel(`api-client ${baseUrl} cookie`, (message) => {
    const { accountId } = (message ?? {}) as { accountId?: string };
    change(accountId, true);
  });

  const watch: Middleware = {
    onResponse: async ({ request, response, schemaPath }) => {
      if (!response.ok || !SESSION_ROUTES.includes(schemaPath) || request.method === 'DELETE') {
        return;
      }
      const { account_id: accountId } = (await response.clone().json()) as { account_id: string };
      if (request.method === 'POST') {
        tellTabs({ accountId });
        change(accountId, false);
      } else if (accountId !== known) {
        change(accountId, known !== undefined);
      }
    },
  };

  const client = createClient<paths>({
    baseUrl,
    credentials: 'include',
    fetch: (request) => fetch(request),
  });
  client.use(watch);
  return Object.assign(client, {
    signOut: async () => {
      const response = await client
        .DELETE('/api/sessions/current' as '/api/access-tokens/current', { keepalive: true })
        .then((result) => result.response)
        .catch(() => undefined);
      const hasEnded = response?.ok === true || response?.status === UNAUTHORIZED;
      if (hasEnded) {
        tellTabs({});
        change(undefined, false);
      }
      return hasEnded;
    },
  });
}
