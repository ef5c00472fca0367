import {
  OperationContext,
  systemClock,
  type AuditTrail,
  type Clock,
  type SecretKey,
} from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import { AccessTokenInvalidError } from './errors.ts';
import { AccessTokenReader } from './internal/access-token/access-token-reader.ts';
import { AccessTokenWriter } from './internal/access-token/access-token-writer.ts';
import { SigningKeyReader } from './internal/access-token/signing-key-reader.ts';
import { SigningKeyWriter } from './internal/access-token/signing-key-writer.ts';
import { SigningKeys } from './internal/access-token/signing-keys.ts';
import { SigningKeyRepository } from './internal/access-token/store/signing-key-repository.ts';
import { SessionReader } from './internal/session/session-reader.ts';
import { SessionWriter } from './internal/session/session-writer.ts';
import { SessionRepository } from './internal/session/store/session-repository.ts';
import type {
  AccessToken,
  CreateAccessTokenParams,
  VerifiedAccessToken,
  VerifyAccessTokenParams,
} from './types.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export interface AuthenticationServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  /** Encrypts the stored signing key. */
  readonly secretKey: SecretKey;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
  readonly settings?: AuthenticationSettings;
}

/** Times are in milliseconds. */
export interface AuthenticationSettings {
  /** Default: 15 minutes. */
  readonly accessTokenTimeToLive?: number;
  /** `iss` of access tokens. Default: `org-api`. */
  readonly accessTokenIssuer?: string;
  /** `aud` of access tokens. Default: `org-api`. */
  readonly accessTokenAudience?: string;
  /** How long a session lives without being used. Default: 30 days. */
  readonly sessionInactivityTimeToLive?: number;
  /** How long a session lives at most. Default: 90 days. */
  readonly sessionAbsoluteTimeToLive?: number;
}

/** Access tokens and the sessions that they belong to. Knows no account but by its id. */
export class AuthenticationService {
  readonly #signingKeyRepository: SigningKeyRepository;
  readonly #sessionRepository: SessionRepository;
  readonly #signingKeys: SigningKeys;
  readonly #accessTokenReader: AccessTokenReader;
  readonly #accessTokenWriter: AccessTokenWriter;
  readonly #sessionReader: SessionReader;
  readonly #sessionWriter: SessionWriter;

  private constructor(dependencies: AuthenticationServiceDependencies) {
    const { database, audit, secretKey, clock = systemClock, settings = {} } = dependencies;
    this.#signingKeyRepository = new SigningKeyRepository({ database, audit });
    this.#sessionRepository = new SessionRepository({ database, audit });
    this.#signingKeys = new SigningKeys({
      reader: new SigningKeyReader({ repository: this.#signingKeyRepository, secretKey }),
      writer: new SigningKeyWriter({ repository: this.#signingKeyRepository, secretKey }),
    });
    const accessTokenDependencies = {
      clock,
      signingKeys: this.#signingKeys,
      settings: {
        timeToLiveMilliseconds: settings.accessTokenTimeToLive ?? 15 * MINUTE,
        issuer: settings.accessTokenIssuer ?? 'org-api',
        audience: settings.accessTokenAudience ?? 'org-api',
      },
    };
    this.#accessTokenReader = new AccessTokenReader(accessTokenDependencies);
    this.#accessTokenWriter = new AccessTokenWriter(accessTokenDependencies);
    this.#sessionReader = new SessionReader({ clock, repository: this.#sessionRepository });
    this.#sessionWriter = new SessionWriter({
      clock,
      repository: this.#sessionRepository,
      settings: {
        inactivityTimeToLiveMilliseconds: settings.sessionInactivityTimeToLive ?? 30 * DAY,
        absoluteTimeToLiveMilliseconds: settings.sessionAbsoluteTimeToLive ?? 90 * DAY,
      },
    });
  }

  static create(dependencies: AuthenticationServiceDependencies): AuthenticationService {
    return new AuthenticationService(dependencies);
  }

  /**
   * Creates this module's collections and indexes and the signing key, and moves a stored one under
   * the current secret key; call it before the first use.
   *
   * @throws SigningKeyUnusableError when the secret key does not open the stored signing key
   */
  async initialize(): Promise<readonly CollectionReport[]> {
    const reports = await Promise.all([
      this.#signingKeyRepository.onInitCollection(),
      this.#sessionRepository.onInitCollection(),
    ]);
    const context = OperationContext.create({
      actor: { type: 'worker', id: 'authentication' },
      requestId: 'start',
    });
    await this.#signingKeys.moveToCurrentSecretKey(context);
    await this.#signingKeys.getCurrent(context);
    return reports;
  }

  /** Starts a session for an account that has proved who it is, and signs a token for it. */
  async createAccessToken(
    params: CreateAccessTokenParams,
    context: OperationContext,
  ): Promise<AccessToken> {
    const { id: sessionId, accountId } = await this.#sessionWriter.createSession(params, context);
    return this.#accessTokenWriter.createAccessToken({ accountId, sessionId }, context);
  }

  /**
   * Tells whose token it is, once signature, claims and the session's liveness are checked.
   *
   * @throws AccessTokenExpiredError for a token that was good once
   * @throws AccessTokenInvalidError for any other, and when the session has ended
   */
  async verifyAccessToken(
    { token }: VerifyAccessTokenParams,
    context: OperationContext,
  ): Promise<VerifiedAccessToken> {
    const verified = await this.#accessTokenReader.getVerifiedAccessToken(token, context);
    const session = await this.#sessionReader.findLiveSessionById(verified.sessionId, context);
    if (session === undefined || session.accountId !== verified.accountId) {
      throw new AccessTokenInvalidError();
    }
    return verified;
  }
}
