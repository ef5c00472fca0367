/** What logging in gives a client to act with. */
export interface ApiTokens {
  /** Access token, sent with every request. */
  readonly token: string;
  /** Exchanged for new tokens when the access token has expired. */
  readonly refreshToken: string;
}

export interface ApiClientOptions {
  /** Address of the server, such as `https://api.example.com`, without `/api`. */
  readonly baseUrl: string;
  /** Tokens of an earlier login. Default: none, requests are anonymous. */
  readonly tokens?: ApiTokens;
  /**
   * Told of every change: new tokens after a login or a refresh, `undefined` when the session has
   * ended and logging in again is the only way on. Keep them here if they are to outlive the client.
   */
  readonly onTokensChanged?: (tokens: ApiTokens | undefined) => void;
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch;
}
