import { hash, timingSafeEqual } from 'node:crypto';

import type { SecretKey } from '@org/core';

import type { SessionModel } from './store/session-model.ts';

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

/** What the secrets of a session's refresh tokens are derived from. */
type RefreshTokenFamily = Pick<SessionModel, 'id' | 'salt'>;

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
export function deriveSecret(
  secretKey: SecretKey,
  family: RefreshTokenFamily,
  generation: number,
): string {
  return toSecret(secretKey.hmac(PURPOSE, toMessage(family, generation)));
}

/** The session's current secret, under any of the known secret keys. */
export function findCurrentSecret(secretKey: SecretKey, session: SessionModel): string | undefined {
  return deriveCandidates(secretKey, session, session.generation).find(
    (candidate) => hashSecret(candidate) === session.currentHash,
  );
}

/**
 * Whether the token was issued. In the last two generations, also accepts one whose secret was made
 * with a key that only another process has.
 */
export function isGenuine(
  secretKey: SecretKey,
  session: SessionModel,
  { generation, secret }: RefreshToken,
): boolean {
  const given = Buffer.from(secret);
  return (
    hashSecret(secret) === hashOf(session, generation) ||
    deriveCandidates(secretKey, session, generation)
      .map((candidate) => timingSafeEqual(Buffer.from(candidate), given))
      .includes(true)
  );
}

function deriveCandidates(
  secretKey: SecretKey,
  family: RefreshTokenFamily,
  generation: number,
): readonly string[] {
  return secretKey.hmacs(PURPOSE, toMessage(family, generation)).map(toSecret);
}

function hashOf(session: SessionModel, generation: number): string | undefined {
  switch (generation) {
    case session.generation:
      return session.currentHash;
    case session.generation - 1:
      return session.previousHash;
    default:
      return undefined;
  }
}

function toMessage({ id, salt }: RefreshTokenFamily, generation: number): string {
  return `${id}.${generation}.${salt}`;
}

function toSecret(mac: Buffer): string {
  return mac.toString('base64url');
}
