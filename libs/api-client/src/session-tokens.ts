import type { ApiClientOptions, ApiTokens } from './types.ts';

/** Exchanges a refresh token; `undefined` when the server refuses it. */
export type Exchange = (refreshToken: string) => Promise<ApiTokens | undefined>;

/** The tokens of one session, refreshed once however many requests find them expired. */
export class SessionTokens {
  readonly #exchange: Exchange;
  readonly #onTokensChanged: ApiClientOptions['onTokensChanged'];
  #current: ApiTokens | undefined;
  #refreshing: Promise<void> | undefined;

  constructor(options: Pick<ApiClientOptions, 'tokens' | 'onTokensChanged'>, exchange: Exchange) {
    this.#current = options.tokens;
    this.#onTokensChanged = options.onTokensChanged;
    this.#exchange = exchange;
  }

  get current(): ApiTokens | undefined {
    return this.#current;
  }

  set(tokens: ApiTokens | undefined): void {
    this.#current = tokens;
    this.#onTokensChanged?.(tokens);
  }

  /**
   * Gives a token that is newer than the refused one. Requests that are refused meanwhile wait for
   * the same exchange: a second one would present a refresh token that is used already.
   *
   * @returns `undefined` when the session has ended
   */
  async replace(refused: string): Promise<string | undefined> {
    if (this.#current?.token === refused) {
      this.#refreshing ??= this.#refresh(this.#current).finally(() => {
        this.#refreshing = undefined;
      });
      await this.#refreshing;
    }
    return this.#current?.token;
  }

  async #refresh({ refreshToken }: ApiTokens): Promise<void> {
    this.set(await this.#exchange(refreshToken));
  }
}
