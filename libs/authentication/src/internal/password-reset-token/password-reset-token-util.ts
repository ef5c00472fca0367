import { hash } from 'node:crypto';

import type { PasswordResetTokenRefusal } from '../../types.ts';
import type { PasswordResetTokenModel } from './store/password-reset-token-model.ts';

/** Three times the length of a token in base64url; anything longer is not hashed. */
const MAXIMUM_TOKEN_LENGTH = 128;

/** 256 random bits need neither salt nor a slow hash. */
export function hashPasswordResetToken(token: string): string {
  return hash('sha256', token, 'base64url');
}

/**
 * Why this token is refused, judging by the account's newest one; `undefined` if it may be used.
 */
export function findRefusal(
  newest: PasswordResetTokenModel,
  token: string,
  now: Date,
): PasswordResetTokenRefusal | undefined {
  const isOverlong = token.length > MAXIMUM_TOKEN_LENGTH;
  if (isOverlong || newest.tokenHash !== hashPasswordResetToken(token)) {
    return 'invalid';
  }
  if (newest.isUsed) {
    return 'used';
  }
  return newest.expiresAt <= now ? 'expired' : undefined;
}
