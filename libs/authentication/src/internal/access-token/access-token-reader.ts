import type { Clock, OperationContext } from '@org/core';
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';

import { AccessTokenExpiredError, AccessTokenInvalidError } from '../../errors.ts';
import type { VerifiedAccessToken } from '../../types.ts';
import { ACCESS_TOKEN_TYPE, toNumericDate, type AccessTokenSettings } from './access-token-util.ts';
import { SIGNATURE_ALGORITHM, type SigningKey } from './signing-key-util.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { VerifiedToken, VerifiedTokens } from './verified-tokens.ts';

export interface AccessTokenReaderDependencies {
  readonly clock: Clock;
  readonly settings: AccessTokenSettings;
  readonly signingKeys: SigningKeys;
  readonly verifiedTokens: VerifiedTokens;
}

/** How far ahead the clock of the instance that issued a token may be. Its end has no tolerance. */
const CLOCK_TOLERANCE_SECONDS = 5;
const MAXIMUM_TOKEN_LENGTH = 8 * 1024;
const REQUIRED_CLAIMS = ['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'sid'];
const HEADER_PARAMETERS = new Set(['alg', 'kid', 'typ']);

export class AccessTokenReader {
  readonly #clock: Clock;
  readonly #settings: AccessTokenSettings;
  readonly #signingKeys: SigningKeys;
  readonly #verifiedTokens: VerifiedTokens;

  constructor({ clock, settings, signingKeys, verifiedTokens }: AccessTokenReaderDependencies) {
    this.#clock = clock;
    this.#settings = settings;
    this.#signingKeys = signingKeys;
    this.#verifiedTokens = verifiedTokens;
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
    const remembered = this.#verifiedTokens.find(token);
    const key = await this.#signingKeys.find(remembered?.keyId ?? readKeyId(token), context);
    if (key === undefined) {
      this.#verifiedTokens.forget(token);
      throw new AccessTokenInvalidError();
    }
    const verified = remembered ?? (await this.#verifyClaims(token, key));
    if (verified.expiresAt <= this.#clock.now()) {
      this.#verifiedTokens.forget(token);
      throw new AccessTokenExpiredError();
    }
    return verified;
  }

  async #verifyClaims(token: string, key: SigningKey): Promise<VerifiedToken> {
    const payload = await this.#verifySignature(token, key);
    const { sub: accountId, sid: sessionId, iat: issuedAt, exp: expiresAt } = payload;
    const isComplete =
      typeof accountId === 'string' && typeof sessionId === 'string' && expiresAt !== undefined;
    const latestIssue = toNumericDate(this.#clock.now()) + CLOCK_TOLERANCE_SECONDS;
    if (!isComplete || (issuedAt ?? Infinity) > latestIssue) {
      throw new AccessTokenInvalidError();
    }
    const verified = {
      accountId,
      sessionId,
      keyId: key.keyId,
      expiresAt: new Date(expiresAt * 1000),
    };
    this.#verifiedTokens.remember(token, verified);
    return verified;
  }

  async #verifySignature(token: string, { publicKey }: SigningKey): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, publicKey, {
        algorithms: [SIGNATURE_ALGORITHM],
        typ: ACCESS_TOKEN_TYPE,
        issuer: this.#settings.issuer,
        audience: this.#settings.audience,
        requiredClaims: REQUIRED_CLAIMS,
        currentDate: this.#clock.now(),
        // For `nbf`; whether it has expired is looked at exactly, and at every use.
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      return payload;
    } catch (error) {
      throw error instanceof errors.JWTExpired
        ? new AccessTokenExpiredError(error)
        : new AccessTokenInvalidError(error);
    }
  }
}

/** @throws AccessTokenInvalidError for a header with anything besides algorithm, key id and type */
function readKeyId(token: string): string {
  try {
    const header = decodeProtectedHeader(token);
    const isForeign = Object.keys(header).some((parameter) => !HEADER_PARAMETERS.has(parameter));
    if (!isForeign && typeof header.kid === 'string') {
      return header.kid;
    }
  } catch (error) {
    throw new AccessTokenInvalidError(error);
  }
  throw new AccessTokenInvalidError();
}
