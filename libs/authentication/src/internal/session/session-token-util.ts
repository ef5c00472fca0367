import { hash } from 'node:crypto';

import { areSameBytes, type SecretKey } from '@org/core';

import type { SessionTransport } from '../../types.ts';
import type { SessionModel } from './store/session-model.ts';

/** What their secrets are derived for: a cookie is never a refresh token, nor the other way round. */
const PURPOSES: Readonly<Record<SessionTransport, string>> = {
  token: 'refresh token',
  cookie: 'session cookie',
};
const MAXIMUM_LENGTH = 24 + 1 + 9 + 1 + 43;
const SESSION_TOKEN = /^([0-9a-f]{24})\.(0|[1-9]\d{0,8})\.([\w-]{43})$/;

/** A parsed refresh token or session cookie: `<session id>.<generation>.<secret>`. */
export interface SessionToken {
  readonly sessionId: string;
  readonly generation: number;
  /** 256 bits, base64url. */
  readonly secret: string;
}

/** What the secrets of a session are derived from. */
type SecretFamily = Pick<SessionModel, 'id' | 'salt' | 'transport'>;

export function parseSessionToken(token: string): SessionToken | undefined {
  const isOverlong = token.length > MAXIMUM_LENGTH;
  const [, sessionId, generation, secret] = (!isOverlong && SESSION_TOKEN.exec(token)) || [];
  return sessionId === undefined || secret === undefined
    ? undefined
    : { sessionId, generation: Number(generation), secret };
}

export function formatSessionToken({ sessionId, generation, secret }: SessionToken): string {
  return `${sessionId}.${generation}.${secret}`;
}

/**
 * The hash of a cookie's secret is not that of the secret alone: an earlier version, which knows no
 * cookies, takes whatever has the stored hash for a refresh token.
 */
export function hashSecret(secret: string, transport: SessionTransport): string {
  const hashed = transport === 'cookie' ? `${PURPOSES.cookie}:${secret}` : secret;
  return hash('sha256', hashed, 'base64url');
}

/**
 * Secrets are computed, not stored: so any token ever issued is recognized as genuine without a
 * list, and a forged one as forged.
 */
export function deriveSecret(
  secretKey: SecretKey,
  family: SecretFamily,
  generation: number,
): string {
  return toSecret(secretKey.hmac(PURPOSES[family.transport], toMessage(family, generation)));
}

/** The session's current secret, under any of the known secret keys. */
export function findCurrentSecret(secretKey: SecretKey, session: SessionModel): string | undefined {
  return deriveCandidates(secretKey, session, session.generation).find(
    (candidate) => hashSecret(candidate, session.transport) === session.currentHash,
  );
}

/**
 * Whether the token was issued. In the last two generations, also accepts one whose secret was made
 * with a key that only another process has.
 */
export function isGenuine(
  secretKey: SecretKey,
  session: SessionModel,
  { generation, secret }: SessionToken,
): boolean {
  const given = Buffer.from(secret);
  return (
    hashSecret(secret, session.transport) === hashOf(session, generation) ||
    deriveCandidates(secretKey, session, generation).some((candidate) =>
      areSameBytes(Buffer.from(candidate), given),
    )
  );
}

function deriveCandidates(
  secretKey: SecretKey,
  family: SecretFamily,
  generation: number,
): readonly string[] {
  return secretKey.hmacs(PURPOSES[family.transport], toMessage(family, generation)).map(toSecret);
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

function toMessage({ id, salt }: SecretFamily, generation: number): string {
  return `${id}.${generation}.${salt}`;
}

function toSecret(mac: Buffer): string {
  return mac.toString('base64url');
}
