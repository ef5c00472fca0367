import { hash, timingSafeEqual } from 'node:crypto';

import type { SecretKey } from '@org/core';

const PURPOSE = 'refresh token';
const MAXIMUM_LENGTH = 24 + 1 + 9 + 1 + 43;
const REFRESH_TOKEN = /^([0-9a-f]{24})\.(0|[1-9]\d{0,8})\.([\w-]{43})$/;

/** A parsed refresh token: `<session id>.<generation>.<secret>`. */
export interface RefreshToken {
  readonly sessionId: string;
  readonly generation: number;
  /** 256 bits, base64url. */
  readonly secret: string;
}

/** The inputs of the secrets of a session's refresh tokens. */
export interface RefreshTokenFamily {
  readonly id: string;
  readonly salt: string;
}

/** A session's refresh tokens, including the hashes of the last two. */
export interface IssuedRefreshTokens extends RefreshTokenFamily {
  readonly generation: number;
  readonly currentHash: string;
  readonly previousHash: string;
}

export function parseRefreshToken(token: string): RefreshToken | undefined {
  const isOverlong = token.length > MAXIMUM_LENGTH;
  const [, sessionId, generation, secret] = (!isOverlong && REFRESH_TOKEN.exec(token)) || [];
  return sessionId === undefined || secret === undefined
    ? undefined
    : { sessionId, generation: Number(generation), secret };
}

export function formatRefreshToken({ sessionId, generation, secret }: RefreshToken): string {
  return `${sessionId}.${generation}.${secret}`;
}

export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'base64url');
}

/**
 * Secrets are computed, not stored: so any token ever issued is recognized as genuine without a
 * list, and a forged one as forged.
 */
export class RefreshSecretDeriver {
  readonly #secretKey: SecretKey;

  constructor(secretKey: SecretKey) {
    this.#secretKey = secretKey;
  }

  derive(family: RefreshTokenFamily, generation: number): string {
    return toSecret(this.#secretKey.hmac(PURPOSE, message(family, generation)));
  }

  /** The secret with this hash, under any of the known secret keys. */
  findByHash(
    family: RefreshTokenFamily,
    generation: number,
    secretHash: string,
  ): string | undefined {
    return this.#candidates(family, generation).find(
      (candidate) => hashSecret(candidate) === secretHash,
    );
  }

  /**
   * Whether the token was issued. In the last two generations, also accepts one whose secret was
   * made with a key that only another process has.
   */
  isGenuine(issued: IssuedRefreshTokens, { generation, secret }: RefreshToken): boolean {
    const given = Buffer.from(secret);
    return (
      hashSecret(secret) === hashOf(issued, generation) ||
      this.#candidates(issued, generation)
        .map((candidate) => timingSafeEqual(Buffer.from(candidate), given))
        .includes(true)
    );
  }

  #candidates(family: RefreshTokenFamily, generation: number): readonly string[] {
    return this.#secretKey.hmacs(PURPOSE, message(family, generation)).map(toSecret);
  }
}

function hashOf(issued: IssuedRefreshTokens, generation: number): string | undefined {
  switch (generation) {
    case issued.generation:
      return issued.currentHash;
    case issued.generation - 1:
      return issued.previousHash;
    default:
      return undefined;
  }
}

function message({ id, salt }: RefreshTokenFamily, generation: number): string {
  return `${id}.${generation}.${salt}`;
}

function toSecret(mac: Buffer): string {
  return mac.toString('base64url');
}
