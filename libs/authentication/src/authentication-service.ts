import {
  OperationContext,
  systemClock,
  type AuditTrail,
  type Clock,
  type PhoneNumber,
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
import type { JobRegistry } from './job-registry.ts';
import type { OtpSender } from './otp-sender.ts';
import type { ThrottleService } from './throttle-service.ts';
import type {
  AccessToken,
  AuthenticationDataByAccountIdParams,
  CreateAccessTokenParams,
  EndSessionParams,
  EndSessionsByAccountIdParams,
  JsonWebKeySet,
  OtpsByPhoneNumberParams,
  PasswordResetToken,
  PasswordResetTokenParams,
  PasswordResetTokensByAccountIdParams,
  RefreshAccessTokenParams,
  RequestOtpParams,
  Session,
  SessionsByAccountIdParams,
  VerifiedAccessToken,
  VerifyAccessTokenParams,
  VerifyOtpParams,
} from './types.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export interface AuthenticationServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  /** Sends one-time passwords. */
  readonly notification: OtpSender;
  readonly throttle: ThrottleService;
  /** Encrypts the signing keys, and makes refresh tokens and one-time passwords worthless in a copy of the database. */
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
  /** How many sessions an account has at most; the oldest end. Default: 50. */
  readonly sessionMaximumPerAccount?: number;
  /** Digits of a one-time password. Default: 6. */
  readonly otpLength?: number;
  /** Default: 5 minutes. */
  readonly otpTimeToLive?: number;
  /** Numbers that always get the same code, and no message. Default: none. */
  readonly otpTest?: { readonly code: string; readonly phoneNumbers: readonly PhoneNumber[] };
  /** Country calling codes (`+91`) that codes are sent to. Default: all. */
  readonly phoneCountryCodes?: readonly string[];
  /** Default: 30 minutes. */
  readonly passwordResetTokenTimeToLive?: number;
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
    const signed = await this.#accessTokenWriter.createAccessToken(
      { accountId, sessionId },
      context,
    );
    return { ...signed, refreshToken: '', refreshTokenExpiresAt: signed.expiresAt };
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

  /**
   * Exchanges a refresh token for the next one and an access token of the same session. The token
   * before may be used again for 30 seconds, and gives the same successor.
   *
   * @throws AccessTokenInvalidError for a token that is forged, or whose session has ended
   * @throws RefreshTokenReusedError for one that was exchanged before; its session is ended
   */
  refreshAccessToken(
    _params: RefreshAccessTokenParams,
    _context: OperationContext,
  ): Promise<AccessToken> {
    throw new Error('not implemented');
  }

  /** The account's live sessions, newest first. */
  getSessionsByAccountId(
    _params: SessionsByAccountIdParams,
    _context: OperationContext,
  ): Promise<readonly Session[]> {
    throw new Error('not implemented');
  }

  /** Ends one session of the account. One that is not there, or another account's, is no error. */
  endSession(_params: EndSessionParams, _context: OperationContext): Promise<void> {
    throw new Error('not implemented');
  }

  /** Ends all sessions of the account, in the transaction of the context. */
  endSessionsByAccountId(
    _params: EndSessionsByAccountIdParams,
    _context: OperationContext,
  ): Promise<void> {
    throw new Error('not implemented');
  }

  /**
   * Asks whether a code may be sent to this number, before anything is written.
   *
   * @throws OtpRequestFailedError when its country is not served
   * @throws TooManyRequestsError within the resend pause, or over the budget of number or source
   */
  assertOtpRequestAllowed(
    _params: OtpsByPhoneNumberParams,
    _context: OperationContext,
  ): Promise<void> {
    throw new Error('not implemented');
  }

  /**
   * Makes a code that replaces the number's older one, and sends it; in one transaction, the
   * context's if it carries one.
   *
   * @throws OtpRequestFailedError when its country is not served
   * @throws TooManyRequestsError within the resend pause, or over the budget of number or source;
   *   nothing is stored or sent
   */
  requestOtp(_params: RequestOtpParams, _context: OperationContext): Promise<void> {
    throw new Error('not implemented');
  }

  /**
   * Uses up a code. Every try is counted before the code is looked at, and outlives a rollback.
   *
   * @throws OtpIncorrectError for a wrong code, a number without one, and after the fifth try
   * @throws OtpExpiredError for a right one that was used, replaced, or is too old
   */
  verifyOtp(_params: VerifyOtpParams, _context: OperationContext): Promise<void> {
    throw new Error('not implemented');
  }

  /** Makes the number's live code worthless, in the transaction of the context. */
  revokeOtps(_params: OtpsByPhoneNumberParams, _context: OperationContext): Promise<void> {
    throw new Error('not implemented');
  }

  /** Makes a token that replaces the account's older ones. */
  createPasswordResetToken(
    _params: PasswordResetTokensByAccountIdParams,
    _context: OperationContext,
  ): Promise<PasswordResetToken> {
    throw new Error('not implemented');
  }

  /**
   * A look before the costly work of a reset; the token stays as it is.
   *
   * @throws PasswordResetTokenNotFoundError when the account has never asked for one
   * @throws PasswordResetTokenUnusableError when it is expired, used, or not the account's newest
   */
  assertPasswordResetTokenUsable(
    _params: PasswordResetTokenParams,
    _context: OperationContext,
  ): Promise<void> {
    throw new Error('not implemented');
  }

  /**
   * Uses up a token, in the transaction of the context.
   *
   * @throws PasswordResetTokenNotFoundError when the account has never asked for one
   * @throws PasswordResetTokenUnusableError when it is expired, used, or not the account's newest
   */
  consumePasswordResetToken(
    _params: PasswordResetTokenParams,
    _context: OperationContext,
  ): Promise<void> {
    throw new Error('not implemented');
  }

  /** Makes the account's tokens worthless, in the transaction of the context. */
  revokePasswordResetTokens(
    _params: PasswordResetTokensByAccountIdParams,
    _context: OperationContext,
  ): Promise<void> {
    throw new Error('not implemented');
  }

  /** The keys that verify access tokens: those that signed before, the current and the next one. */
  getJsonWebKeySet(_context: OperationContext): Promise<JsonWebKeySet> {
    throw new Error('not implemented');
  }

  /** Lets the next key sign, and makes a new next one. Tokens that were signed before stay good. */
  rotateSigningKeys(_context: OperationContext): Promise<void> {
    throw new Error('not implemented');
  }

  /** Registers the rotation of the signing keys, monthly. */
  registerJobs(_jobs: JobRegistry): void {
    throw new Error('not implemented');
  }

  /** Everything that is stored here about an account, secrets left out, as JSON. */
  exportAuthenticationDataByAccountId(
    _params: AuthenticationDataByAccountIdParams,
    _context: OperationContext,
  ): Promise<Record<string, unknown>> {
    throw new Error('not implemented');
  }

  /** Erases everything that is stored here about an account, in the transaction of the context. */
  deleteAuthenticationDataByAccountId(
    _params: AuthenticationDataByAccountIdParams,
    _context: OperationContext,
  ): Promise<void> {
    throw new Error('not implemented');
  }
}
