import createClient, { type Client, type Middleware } from 'openapi-fetch';

import { callSafely } from './callback.ts';
import type { paths } from './openapi.ts';
import { openTabChannel } from './tabs.ts';
import type { CookieClientOptions } from './types.ts';

/** Every route of the API, typed; and the session that the browser sends with requests. */
export interface CookieApiClient extends Client<paths> {
  /**
   * Ends the session, and with it that of all tabs.
   *
   * @returns whether it has ended, or there is none any more; if not, as when the server cannot be
   *   reached, the browser still has it
   */
  readonly signOut: () => Promise<boolean>;
}

/** Whose session the browser has; none: it was signed out. */
interface TabMessage {
  readonly accountId?: string | undefined;
}

const SESSION_ROUTES = ['/api/sessions', '/api/sessions/current'];
const UNAUTHORIZED = 401;

/** Makes a client that stores nothing. */
export function createCookieClient(options: CookieClientOptions): CookieApiClient {
  const { baseUrl, fetch = globalThis.fetch, onSessionChanged } = options;
  /** Of the last session known. */
  let lastAccountId: string | undefined;
  /** So that an answer which a change has outrun tells nothing. */
  let changes = 0;
  const changesBefore = new WeakMap<Request, number>();

  function change({ accountId }: TabMessage, isFromOtherTab: boolean): void {
    const isOtherAccount =
      ![undefined, accountId].includes(lastAccountId) && accountId !== undefined;
    lastAccountId = accountId ?? lastAccountId;
    changes++;
    callSafely(() => onSessionChanged?.(accountId, { isFromOtherTab, isOtherAccount }));
  }
  const tellTabs = openTabChannel(`api-client ${baseUrl} cookie`, (message) =>
    change(message ?? {}, true),
  );

  const watch: Middleware = {
    onRequest: ({ request }) => void changesBefore.set(request, changes),
    onResponse: async ({ request, response, schemaPath }) => {
      const { method } = request;
      const isEnd = method === 'DELETE';
      if (!SESSION_ROUTES.includes(schemaPath) || !(isEnd ? hasEnded(response) : response.ok)) {
        return;
      }
      const accountId = isEnd ? undefined : await readAccountId(response);
      if (method === 'GET') {
        lastAccountId ??= accountId;
        if (accountId === lastAccountId || changesBefore.get(request) !== changes) {
          return;
        }
      }
      tellTabs({ accountId });
      change({ accountId }, false);
    },
  };

  const client = createClient<paths>({
    baseUrl,
    credentials: 'include',
    fetch: (request) => fetch(request),
  });
  client.use(watch);
  return Object.assign(client, { signOut: async () => endSession(client) });
}

async function endSession(client: Client<paths>): Promise<boolean> {
  try {
    // A page often goes on to another one at once.
    const init = { keepalive: true };
    return hasEnded((await client.DELETE('/api/sessions/current', init)).response);
  } catch {
    return false;
  }
}

/** 401: this page had none any more. */
function hasEnded({ ok, status }: Response): boolean {
  return ok || status === UNAUTHORIZED;
}

async function readAccountId(response: Response): Promise<string> {
  return ((await response.clone().json()) as { account_id: string }).account_id;
}
