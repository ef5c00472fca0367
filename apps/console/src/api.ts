import { createApiClient, type paths, type SessionChange } from '@org/api-client';

/** What the server says of a request that it refused. */
export interface ApiError {
  readonly code: string;
  readonly message: string;
}

/** An answer, as the client gives it. */
export interface Answer<T> {
  readonly data?: T | undefined;
  readonly error?: ApiError | undefined;
}

/** What a GET route answers. */
export type Got<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer T } } } };
}
  ? T
  : never;

/** One of the items of a list route. */
export type ItemOf<Path extends keyof paths> = Got<Path> extends { items: (infer T)[] } ? T : never;

export type Operator = Got<'/api/admin/me'>;
export type Account = Got<'/api/admin/accounts/{account_id}'>;
export type AuditRecord = Account['audit'][number];

/** Codes of the 401s that mean: nobody is logged in. */
const LOGGED_OUT = ['ACCESS_TOKEN_ERR_02', 'ACCESS_TOKEN_ERR_03', 'ACCESS_TOKEN_ERR_05'];
export const NOT_RECENT = 'ACCESS_TOKEN_ERR_08';
const UNAUTHORIZED = 401;

type Listener = (accountId: string | undefined, change: SessionChange) => void;
let listener: Listener = () => undefined;

/** Tells of log-ins and sign-outs, in this tab and others. */
export function onSessionChanged(listen: Listener): void {
  listener = listen;
}

export const api = createApiClient({
  baseUrl: location.origin,
  session: 'cookie',
  onSessionChanged: (accountId, change) => listener(accountId, change),
});

api.use({
  onResponse: async ({ response }) => {
    if (response.status === UNAUTHORIZED) {
      const { code = '' } = (await response.clone().json()) as Partial<ApiError>;
      if (LOGGED_OUT.includes(code)) {
        listener(undefined, { isFromOtherTab: false, isOtherAccount: false });
      }
    }
  },
});

/** The answer, also when none came. */
export async function answerOf<T>(request: Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await request;
  } catch {
    return { error: { code: 'NETWORK', message: 'The server cannot be reached. Try again.' } };
  }
}
