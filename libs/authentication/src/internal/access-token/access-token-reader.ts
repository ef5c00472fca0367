import type { Clock, OperationContext } from '@org/core';
import { errors, jwtVerify, type JWTHeaderParameters, type JWTPayload } from 'jose';

import { AccessTokenExpiredError, AccessTokenInvalidError } from '../../errors.ts';
import type { VerifiedAccessToken } from '../../types.ts';
import { ACCESS_TOKEN_TYPE, toNumericDate, type AccessTokenSettings } from './access-token-util.ts';
import { SIGNATURE_ALGORITHM, type SigningKey } from './signing-key-util.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface AccessTokenReaderDependencies {
  readonly clock: Clock;
  readonly settings: AccessTokenSettings;
  readonly signingKeys: SigningKeys;
}

const MAXIMUM_TOKEN_LENGTH = 8 * 1024;
const REQUIRED_CLAIMS = ['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'sid'];
const HEADER_PARAMETERS = new Set(['alg', 'kid', 'typ']);

export class AccessTokenReader {
  readonly #clock: Clock;
  readonly #settings: AccessTokenSettings;
  readonly #signingKeys: SigningKeys;

  constructor({ clock, settings, signingKeys }: AccessTokenReaderDependencies) {
    this.#clock = clock;
    this.#settings = settings;
    this.#signingKeys = signingKeys;
  }

  /**
   * Checks signature and claims; whether the session is alive is not its business.
   *
   * @throws AccessTokenExpiredError for a token that was good once
   * @throws AccessTokenInvalidError for any other
   */
  async getVerifiedAccessToken(
    token: string,
    context: OperationContext,
  ): Promise<VerifiedAccessToken> {
    if (token.length > MAXIMUM_TOKEN_LENGTH) {
      throw new AccessTokenInvalidError();
    }
    const payload = await this.#verify(token, await this.#signingKeys.getCurrent(context));
    const { sub: accountId, sid: sessionId, iat: issuedAt } = payload;
    const isComplete = typeof accountId === 'string' && typeof sessionId === 'string';
    if (!isComplete || (issuedAt ?? Infinity) > toNumericDate(this.#clock.now())) {
      throw new AccessTokenInvalidError();
    }
    return { accountId, sessionId };
  }

  async #verify(token: string, signingKey: SigningKey): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, (header) => selectKey(header, signingKey), {
        algorithms: [SIGNATURE_ALGORITHM],
        typ: ACCESS_TOKEN_TYPE,
        issuer: this.#settings.issuer,
        audience: this.#settings.audience,
        requiredClaims: REQUIRED_CLAIMS,
        currentDate: this.#clock.now(),
        clockTolerance: 0,
      });
      return payload;
    } catch (error) {
      throw error instanceof errors.JWTExpired
        ? new AccessTokenExpiredError(error)
        : new AccessTokenInvalidError(error);
    }
  }
}

function selectKey(header: JWTHeaderParameters, signingKey: SigningKey): SigningKey['publicKey'] {
  const isForeign = Object.keys(header).some((parameter) => !HEADER_PARAMETERS.has(parameter));
  if (isForeign || header.kid !== signingKey.keyId) {
    throw new AccessTokenInvalidError();
  }
  return signingKey.publicKey;
}
