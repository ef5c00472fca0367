import { areSameBytes, type SecretKey } from '@org/core';

import type { SessionModel } from './store/session-model.ts';

const PURPOSE = 'session reversal';
const MAXIMUM_LENGTH = 24 + 1 + 43;
const TOKEN = /^([0-9a-f]{24})\.([\w-]{43})$/;

/** A parsed token of an "it was not me" link: `<session id>.<secret>`. */
export interface ReversalToken {
  readonly sessionId: string;
  /** 256 bits, base64url. */
  readonly secret: string;
}

type ReversibleSession = Pick<SessionModel, 'id' | 'salt'>;

/** Computed, so that nothing of it is stored but in the message. */
export function createReversalToken(secretKey: SecretKey, session: ReversibleSession): string {
  return `${session.id}.${toSecret(secretKey.hmac(PURPOSE, toMessage(session)))}`;
}

export function parseReversalToken(token: string): ReversalToken | undefined {
  const isOverlong = token.length > MAXIMUM_LENGTH;
  const [, sessionId, secret] = (!isOverlong && TOKEN.exec(token)) || [];
  return sessionId === undefined || secret === undefined ? undefined : { sessionId, secret };
}

/** Whether we made it for the session, with any of the known secret keys. */
export function isGenuineReversal(
  secretKey: SecretKey,
  session: ReversibleSession,
  { secret }: ReversalToken,
): boolean {
  const given = Buffer.from(secret);
  return secretKey
    .hmacs(PURPOSE, toMessage(session))
    .some((mac) => areSameBytes(Buffer.from(toSecret(mac)), given));
}

function toMessage({ id, salt }: ReversibleSession): string {
  return `${id}.${salt}`;
}

function toSecret(mac: Buffer): string {
  return mac.toString('base64url');
}
