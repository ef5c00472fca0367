import { hash } from 'node:crypto';

import type { VerifiedAccessToken } from '../../types.ts';

/** What a token's signature and claims said, so that they need not be verified again. */
export interface VerifiedToken extends VerifiedAccessToken {
  /** The key that it was verified with. */
  readonly keyId: string;
  readonly expiresAt: Date;
}

const MAXIMUM_TOKENS = 10_000;

/**
 * Remembers verified tokens, the most recently used ones, by their hash: a signature costs half as
 * much as a read of the database. Says nothing about the session's liveness.
 */
export class VerifiedTokens {
  readonly #maximum: number;
  readonly #tokens = new Map<string, VerifiedToken>();

  constructor({ maximum = MAXIMUM_TOKENS }: { readonly maximum?: number } = {}) {
    this.#maximum = maximum;
  }

  find(token: string): VerifiedToken | undefined {
    const key = hashToken(token);
    const found = this.#tokens.get(key);
    if (found !== undefined) {
      this.#tokens.delete(key);
      this.#tokens.set(key, found);
    }
    return found;
  }

  remember(token: string, verified: VerifiedToken): void {
    this.#tokens.set(hashToken(token), verified);
    if (this.#tokens.size > this.#maximum) {
      const [leastRecentlyUsed] = this.#tokens.keys();
      this.#tokens.delete(leastRecentlyUsed as string);
    }
  }

  forget(token: string): void {
    this.#tokens.delete(hashToken(token));
  }
}

function hashToken(token: string): string {
  return hash('sha256', token, 'base64');
}
