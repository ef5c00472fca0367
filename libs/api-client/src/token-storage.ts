import type { ApiTokens, TokenStorage } from './types.ts';

/** What is used of the browser's `localStorage`. */
export interface WebStorage {
  readonly getItem: (key: string) => string | null;
  readonly setItem: (key: string, text: string) => void;
  readonly removeItem: (key: string) => void;
}

/** Keeps tokens as long as the page or program lives. */
export function memoryStorage(): TokenStorage {
  let kept: ApiTokens | undefined;
  return { read: () => kept, write: (tokens) => (kept = tokens) };
}

/**
 * Keeps tokens in `localStorage`, for all tabs. Where that is full or forbidden, they are kept in
 * memory. Not for `sessionStorage`: a duplicated tab would begin with a copy of the same tokens.
 *
 * @param open called at each use, since merely naming a forbidden storage throws
 * @param key default `api-tokens`
 * @example
 * createApiClient({ baseUrl, storage: webStorage(() => localStorage) });
 */
export function webStorage(open: () => WebStorage, key = 'api-tokens'): TokenStorage {
  /** What was last read or written, and the text that is stored for it or in spite of it. */
  let last: { text: string | null | undefined; tokens: ApiTokens | undefined } = {
    text: null,
    tokens: undefined,
  };
  const getText = () => attempt(() => open().getItem(key));
  const remove = () => attempt(() => open().removeItem(key));

  function read(): ApiTokens | undefined {
    const text = getText();
    if (text !== undefined && text !== last.text) {
      last = { text, tokens: parseTokens(text) };
    }
    return last.tokens;
  }

  function write(tokens: ApiTokens | undefined): void {
    const text = tokens && JSON.stringify(tokens);
    if (text !== undefined) {
      attempt(() => open().setItem(key, text));
    }
    // Another tab would present the former tokens, and the server take them for stolen ones.
    if (text === undefined || getText() !== text) {
      remove();
    }
    last = { text: getText(), tokens };
  }

  return { sharedAs: key, read, write };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** The characters of bearer tokens (RFC 6750, section 2.1): any other fails in a header. */
const TOKEN = /^[\w.~+/-]+=*$/;

function parseTokens(text: string | null): ApiTokens | undefined {
  const parsed: unknown = attempt<unknown>(() => JSON.parse(text ?? 'null'));
  const { token, refreshToken } = (parsed ?? {}) as Record<string, unknown>;
  return isToken(token) && isToken(refreshToken) ? { token, refreshToken } : undefined;
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && TOKEN.test(value);
}
