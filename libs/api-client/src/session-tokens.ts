import { isSameSession, sessionOf, type TokenSession } from './access-token.ts';
import { callSafely } from './callback.ts';
import { startStopwatch } from './stopwatch.ts';
import { onStorageChanged, openTabChannel, withTabLock } from './tabs.ts';
import {
  EXCHANGE_TIMEOUT_MILLISECONDS,
  isTokens,
  type Exchanged,
  type Failure,
  type TokenServer,
} from './token-server.ts';
import { memoryStorage } from './token-storage.ts';
import type { ApiClientOptions, ApiTokens, TokenStorage } from './types.ts';

/** What tabs tell each other: that the stored tokens changed, or whose session was signed out. */
interface TabMessage {
  readonly signedOut?: TokenSession | undefined;
}

/** An answer may get lost on its way. The server gives it once more, but not for long. */
const MAXIMUM_TRIES = 2;
/** After that, who presents the same refresh token once more is taken for a thief. */
const REPLAY_MILLISECONDS = 30_000;

/**
 * The tokens of the current session, refreshed once however many requests of however many tabs find
 * them expired. What the storage has is read at each use: a tab may have slept for hours.
 */
export class SessionTokens {
  readonly #storage: TokenStorage;
  readonly #server: TokenServer;
  readonly #onTokensChanged: ApiClientOptions['onTokensChanged'];
  readonly #sharedName: string | undefined;
  readonly #tellTabs: (message: TabMessage) => void;
  /** By refresh token. */
  readonly #refreshing = new Map<string, Promise<Failure | undefined>>();
  /** Ids of sessions that were signed out: another tab may store their tokens a moment later. */
  readonly #signedOut = new Set<string>();
  /** What was told last. */
  #known: ApiTokens | undefined;
  #accountId: string | undefined;

  constructor(options: ApiClientOptions, server: TokenServer) {
    const { baseUrl, tokens, storage = memoryStorage(), onTokensChanged } = options;
    this.#storage = storage;
    this.#server = server;
    this.#onTokensChanged = onTokensChanged;
    const name = `api-client ${baseUrl} ${storage.sharedAs ?? ''}`;
    this.#sharedName = storage.sharedAs === undefined ? undefined : name;
    if (tokens !== undefined && storage.read() === undefined) {
      storage.write(tokens);
    }
    this.#known = storage.read();
    this.#accountId = this.#known && sessionOf(this.#known)?.accountId;
    this.#tellTabs = openTabChannel(name, (message) => this.#hear(message ?? {}));
    onStorageChanged(() => this.read());
  }

  /** The stored tokens; tells of them if another tab changed them. */
  read(): ApiTokens | undefined {
    let tokens = this.#storage.read();
    if (tokens !== undefined && this.#signedOut.has(sessionOf(tokens)?.sessionId ?? '')) {
      this.#storage.write(undefined);
      tokens = undefined;
    }
    if (tokens?.token !== this.#known?.token) {
      this.#tell(tokens, true);
    }
    return tokens;
  }

  set(tokens: ApiTokens | undefined): void {
    this.#storage.write(tokens);
    this.#tellTabs({});
    this.#tell(tokens, false);
  }

  /** Signs out, here and in the other tabs. Returns whether the server has ended the session. */
  async signOut(): Promise<boolean> {
    const tokens = this.read();
    if (tokens === undefined) {
      return true;
    }
    const session = sessionOf(tokens);
    if (session !== undefined) {
      this.#signedOut.add(session.sessionId);
    }
    // Sent before anybody is told: they may leave the page.
    const ended = this.#server.endSession(tokens);
    this.#storage.write(undefined);
    this.#tellTabs({ signedOut: session });
    this.#tell(undefined, false);
    return ended;
  }

  /**
   * Finds what to send a refused request with. Requests that are refused meanwhile wait for the same
   * exchange.
   *
   * @returns newer tokens of the same session; `undefined` when it has ended or is another one now;
   *   an answer of the server if it could not refresh
   * @throws what `fetch` throws
   */
  async renew(refused: ApiTokens): Promise<ApiTokens | Response | undefined> {
    const failure =
      this.read()?.token === refused.token ? await this.#refreshOnce(refused) : undefined;
    if (failure?.response !== undefined) {
      return failure.response.clone();
    }
    if (failure !== undefined) {
      throw failure.error;
    }
    const current = this.read();
    return current !== undefined && isSameSession(current, refused) ? current : undefined;
  }

  async #refreshOnce({ refreshToken }: ApiTokens): Promise<Failure | undefined> {
    const running = this.#refreshing.get(refreshToken);
    if (running !== undefined) {
      return running;
    }
    const work = (): Promise<Failure | undefined> => this.#refresh(refreshToken);
    const name = this.#sharedName;
    const started = (name === undefined ? work() : withTabLock(name, work)).finally(() =>
      this.#refreshing.delete(refreshToken),
    );
    this.#refreshing.set(refreshToken, started);
    return started;
  }

  /** Does nothing, or drops what it got, if the tokens are not the stored ones (any longer). */
  async #refresh(refreshToken: string): Promise<Failure | undefined> {
    let exchanged: Exchanged;
    const elapsed = startStopwatch();
    for (let tries = 1; tries <= MAXIMUM_TRIES; tries++) {
      if (this.read()?.refreshToken !== refreshToken) {
        return undefined;
      }
      exchanged = await this.#server.exchange(refreshToken);
      // It may take its whole time to arrive.
      const isInTime = elapsed() + EXCHANGE_TIMEOUT_MILLISECONDS <= REPLAY_MILLISECONDS;
      if (exchanged === undefined || isTokens(exchanged) || !mayBeLost(exchanged) || !isInTime) {
        break;
      }
    }
    if (this.read()?.refreshToken !== refreshToken) {
      return undefined;
    }
    if (exchanged !== undefined && !isTokens(exchanged)) {
      return exchanged;
    }
    this.set(exchanged);
    return undefined;
  }

  #hear({ signedOut }: TabMessage): void {
    const own = this.#storage.read();
    if (signedOut) {
      this.#signedOut.add(signedOut.sessionId);
      const isOwn = this.#sharedName === undefined && own !== undefined;
      if (isOwn && sessionOf(own)?.accountId === signedOut.accountId) {
        this.#storage.write(undefined);
        void this.#server.endSession(own);
      }
    }
    this.read();
  }

  #tell(tokens: ApiTokens | undefined, isFromOtherTab: boolean): void {
    const accountId = tokens && sessionOf(tokens)?.accountId;
    const former = this.#accountId;
    this.#known = tokens;
    this.#accountId = accountId ?? former;
    const isOtherAccount = accountId !== undefined && former !== undefined && accountId !== former;
    callSafely(() => this.#onTokensChanged?.(tokens, { isFromOtherTab, isOtherAccount }));
  }
}

/** Whether the refresh token may have been exchanged all the same. */
function mayBeLost({ response }: Failure): boolean {
  return response === undefined || response.status >= 500;
}
