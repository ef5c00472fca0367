import { randomUUID } from 'node:crypto';

import { SignJWT } from 'jose';

import type { AccessToken, ClaimValue } from '../../types.ts';
import type { ConfiguredDependencies } from '../module-dependencies.ts';
import type { IssuedSession } from '../session/session-util.ts';
import { SIGNATURE_ALGORITHM, type SigningKey } from './signing-key-util.ts';

/** `typ` of an access token (RFC 9068, section 2.1). */
export const ACCESS_TOKEN_TYPE = 'at+jwt';

/** Signs a token for a session, with the claims of RFC 9068, `sid`, and those of one's own. */
export async function signAccessToken(
  { accountId, sessionId, value: refreshToken, expiresAt: refreshTokenExpiresAt }: IssuedSession,
  claims: Readonly<Record<string, ClaimValue>>,
  { keyId, privateKey }: SigningKey,
  { clock, settings }: Pick<ConfiguredDependencies, 'clock' | 'settings'>,
): Promise<AccessToken> {
  const issuedAt = toNumericDate(clock.now());
  const expiresAt = issuedAt + Math.floor(settings.accessTokenTimeToLiveMilliseconds / 1000);
  const token = await new SignJWT({ ...claims, sid: sessionId })
    .setProtectedHeader({ alg: SIGNATURE_ALGORITHM, kid: keyId, typ: ACCESS_TOKEN_TYPE })
    .setIssuer(settings.accessTokenIssuer)
    .setAudience(settings.accessTokenAudience)
    .setSubject(accountId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .setJti(randomUUID())
    .sign(privateKey);
  return {
    token,
    accountId,
    expiresAt: new Date(expiresAt * 1000),
    refreshToken,
    refreshTokenExpiresAt,
  };
}

/** Seconds since the epoch, as used in JWT claims (RFC 7519, section 2). */
export function toNumericDate(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
