import { randomUUID } from 'node:crypto';

import type { Clock, OperationContext } from '@org/core';
import { SignJWT } from 'jose';

import type { AccessToken } from '../../types.ts';
import type { RefreshableSession } from '../session/session-util.ts';
import type { ResolvedSettings } from '../authentication-settings.ts';
import { ACCESS_TOKEN_TYPE, toNumericDate } from './access-token-util.ts';
import type { SigningKeyReader } from './signing-key-reader.ts';
import { SIGNATURE_ALGORITHM } from './signing-key-util.ts';

export class AccessTokenWriter {
  readonly #clock: Clock;
  readonly #signingKeys: SigningKeyReader;
  readonly #settings: ResolvedSettings;

  constructor(clock: Clock, signingKeys: SigningKeyReader, settings: ResolvedSettings) {
    this.#clock = clock;
    this.#signingKeys = signingKeys;
    this.#settings = settings;
  }

  /** Signs a token for a session, with the claims of RFC 9068 and `sid`. */
  async createAccessToken(
    { accountId, sessionId, refreshToken, refreshTokenExpiresAt }: RefreshableSession,
    context: OperationContext,
  ): Promise<AccessToken> {
    const { keyId, privateKey } = await this.#signingKeys.getCurrentKey(context);
    const issuedAt = toNumericDate(this.#clock.now());
    const expiresAt =
      issuedAt + Math.floor(this.#settings.accessTokenTimeToLiveMilliseconds / 1000);
    const token = await new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: SIGNATURE_ALGORITHM, kid: keyId, typ: ACCESS_TOKEN_TYPE })
      .setIssuer(this.#settings.accessTokenIssuer)
      .setAudience(this.#settings.accessTokenAudience)
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
}
