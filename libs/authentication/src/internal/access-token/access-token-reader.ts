import { hash } from 'node:crypto';

import type { OperationContext } from '@org/core';
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';

import { AccessTokenExpiredError, AccessTokenInvalidError } from '../../errors.ts';
import type { VerifiedSession } from '../../types.ts';
import type { ConfiguredDependencies } from '../module-dependencies.ts';
import { ownClaimsOf } from './access-token-claims.ts';
import { ACCESS_TOKEN_TYPE, toNumericDate } from './access-token-util.ts';
import type { SigningKeyReader } from './signing-key-reader.ts';
import { SIGNATURE_ALGORITHM, type SigningKey } from './signing-key-util.ts';

/** How far ahead the issuing instance's clock may be. Expiry has no tolerance. */
const CLOCK_TOLERANCE_SECONDS = 5;
const MAXIMUM_TOKEN_LENGTH = 8 * 1024;
const REQUIRED_CLAIMS = ['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'sid'];
/** One text for each signature: decoders overlook blanks, padding and the bits that no byte has. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]{85}[AQgw]$/;
const HEADER_PARAMETERS = new Set(['alg', 'kid', 'typ']);

const MAXIMUM_VERIFIED_TOKENS = 10_000;

type TokenContents = Omit<VerifiedSession, 'transport'>;

/** The verified contents of a token, so that it need not be verified again. */
interface VerifiedToken extends TokenContents {
  /** The key that verified it. */
  readonly keyId: string;
  readonly expiresAt: Date;
}

export class AccessTokenReader {
  readonly #dependencies: ConfiguredDependencies;
  readonly #signingKeys: SigningKeyReader;
  /** By hash of the token: verifying a signature costs half as much as reading the database. */
  readonly #verified = new LRUCache<string, VerifiedToken>({ max: MAXIMUM_VERIFIED_TOKENS });

  constructor(dependencies: ConfiguredDependencies, signingKeys: SigningKeyReader) {
    this.#dependencies = dependencies;
    this.#signingKeys = signingKeys;
  }

  /** Checks signature and claims, not whether the session is alive. */
  async getVerifiedSession(token: string, context: OperationContext): Promise<TokenContents> {
    if (token.length > MAXIMUM_TOKEN_LENGTH) {
      throw new AccessTokenInvalidError();
    }
    const tokenHash = hash('sha256', token, 'base64');
    const remembered = this.#verified.get(tokenHash);
    const key = await this.#signingKeys.findKey(remembered?.keyId ?? readKeyId(token), context);
    if (key === undefined) {
      this.#verified.delete(tokenHash);
      throw new AccessTokenInvalidError();
    }
    const verified = remembered ?? (await this.#verifyClaims(token, key));
    if (verified.expiresAt <= this.#dependencies.clock.now()) {
      this.#verified.delete(tokenHash);
      throw new AccessTokenExpiredError();
    }
    if (remembered === undefined) {
      this.#verified.set(tokenHash, verified);
    }
    return verified;
  }

  async #verifyClaims(token: string, key: SigningKey): Promise<VerifiedToken> {
    const payload = await this.#verifySignature(token, key);
    const { sub: accountId, sid: sessionId, iat: issuedAt, exp: expiresAt } = payload;
    const isComplete =
      typeof accountId === 'string' && typeof sessionId === 'string' && expiresAt !== undefined;
    const latestIssue = toNumericDate(this.#dependencies.clock.now()) + CLOCK_TOLERANCE_SECONDS;
    if (!isComplete || (issuedAt ?? Infinity) > latestIssue) {
      throw new AccessTokenInvalidError();
    }
    return {
      accountId,
      sessionId,
      claims: ownClaimsOf(payload),
      keyId: key.keyId,
      expiresAt: new Date(expiresAt * 1000),
    };
  }

  async #verifySignature(token: string, { publicKey }: SigningKey): Promise<JWTPayload> {
    const { clock, settings } = this.#dependencies;
    try {
      const { payload } = await jwtVerify(token, publicKey, {
        algorithms: [SIGNATURE_ALGORITHM],
        typ: ACCESS_TOKEN_TYPE,
        issuer: settings.accessTokenIssuer,
        audience: settings.accessTokenAudience,
        requiredClaims: REQUIRED_CLAIMS,
        currentDate: clock.now(),
        // For `nbf`; the expiry is checked exactly, at every use.
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

/** @throws AccessTokenInvalidError if the header has anything besides algorithm, key id and type */
function readKeyId(token: string): string {
  if (!TOKEN.test(token)) {
    throw new AccessTokenInvalidError();
  }
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
