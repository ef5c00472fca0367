/** What logging in gives a client to act with. */
export interface ApiTokens {
  /** Access token, sent with every request. */
  readonly token: string;
  /** Exchanged for new tokens when the access token has expired. */
  readonly refreshToken: string;
}

/** Where a client keeps its tokens. Neither function throws. */
export interface TokenStorage {
  /** Under which name tabs share it. Default: each client has its own. */
  readonly sharedAs?: string;
  readonly read: () => ApiTokens | undefined;
  /** Replaces what is kept; `undefined` removes it. */
  readonly write: (tokens: ApiTokens | undefined) => void;
}

/** How a session changed. */
export interface SessionChange {
  /** Whether another tab of the browser changed it. */
  readonly isFromOtherTab: boolean;
  /** Whether the account is another one than that of the last session this client knew of. */
  readonly isOtherAccount: boolean;
}

/** What every client needs. */
export interface CommonClientOptions {
  /** Address of the server, such as `https://api.example.com`, without `/api`. */
  readonly baseUrl: string;
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch;
}

/** For a client that sends tokens. */
export interface ApiClientOptions extends CommonClientOptions {
  readonly session?: undefined;
  /** Tokens of an earlier login; taken if `storage` has none. Default: requests are anonymous. */
  readonly tokens?: ApiTokens;
  /** Default: memory; they are gone with the client. */
  readonly storage?: TokenStorage;
  /**
   * Told of every change: new tokens after a login or a refresh, `undefined` when the session has
   * ended and logging in again is the only way on.
   */
  readonly onTokensChanged?: (tokens: ApiTokens | undefined, change: SessionChange) => void;
}

/** For a client in a browser whose session is a cookie that no script can read. */
export interface CookieClientOptions extends CommonClientOptions {
  readonly session: 'cookie';
  /** Told whose session the browser has, `undefined` after a sign-out, as far as answers show it. */
  readonly onSessionChanged?: (accountId: string | undefined, change: SessionChange) => void;
}
