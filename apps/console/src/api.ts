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
  /** None, if no answer came. */
  readonly response?: Response;
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
const NOT_PERMITTED = 'ACCESS_TOKEN_ERR_09';

interface SessionListener {
  /** Of log-ins and sign-outs, in this tab and others. */
  readonly onChanged: (accountId: string | undefined, change: SessionChange) => void;
  /** The session has ended, without this page's doing. */
  readonly onExpired: () => void;
  /** The operator may do less than the page thinks. */
  readonly onRefused: () => void;
}
let listener: SessionListener | undefined;

export function listenToSession(listens: SessionListener): void {
  listener = listens;
}

export const api = createApiClient({
  baseUrl: location.origin,
  session: 'cookie',
  onSessionChanged: (accountId, change) => listener?.onChanged(accountId, change),
});

api.use({
  onResponse: async ({ response, schemaPath }) => {
    if (response.ok) {
      return;
    }
    const { code } = await errorOf(response.clone());
    if (LOGGED_OUT.includes(code)) {
      listener?.onExpired();
    } else if (code === NOT_PERMITTED && schemaPath !== '/api/admin/me') {
      listener?.onRefused();
    }
  },
});

/** The answer, also when none came, or one of something between here and the server. */
export async function answerOf<T>(request: Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    const answer = await request;
    const { error, response } = answer;
    return response?.ok === false && !isApiError(error)
      ? { response, error: unknownError(response) }
      : answer;
  } catch {
    return { error: { code: 'NETWORK', message: 'The server cannot be reached. Try again.' } };
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  const content: unknown = await response.json().catch(() => undefined);
  return isApiError(content) ? content : unknownError(response);
}

function isApiError(content: unknown): content is ApiError {
  return typeof content === 'object' && content !== null && 'code' in content;
}

function unknownError({ status }: Response): ApiError {
  return { code: `HTTP ${status}`, message: 'The server cannot answer now. Try again.' };
}
