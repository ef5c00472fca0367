import {
  OperationContext,
  type AuditTrail,
  type Clock,
  type Erasure,
  type SecretKey,
} from '@org/core';
import type { CollectionReport, Database, StoredSecrets } from '@org/core/store';

import { AccessTokenService } from './access-token-service.ts';
import { OtpService } from './otp-service.ts';
import * as given from './internal/authentication-parameters-policy.ts';
import { resolveSettings } from './internal/settings-util.ts';
import type { JobRegistry } from './job-registry.ts';
import type { OtpSender } from './otp-sender.ts';
import { PasswordResetTokenService } from './password-reset-token-service.ts';
import { SessionService } from './session-service.ts';
import type { ThrottleService } from './throttle-service.ts';
import type {
  AccessToken,
  AccountCollection,
  AuthenticationDataByAccountIdParams,
  AuthenticationSettings,
  CreateAccessTokenParams,
  DeleteAuthenticationDataParams,
  EndSessionParams,
  EndSessionsByAccountIdParams,
  JsonWebKeySet,
  OtpRequestParams,
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

/** In the night to the first of a month. */
const ROTATION_SCHEDULE = '0 3 1 * *';

export interface AuthenticationServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  /** Sends one-time passwords. */
  readonly notification: OtpSender;
  readonly throttle: ThrottleService;
  /** Where accounts are. Default: a session is good as long as nobody has ended it. */
  readonly accountCollection?: AccountCollection;
  /** Makes what is stored here worthless to whoever has only the database. */
  readonly secretKey: SecretKey;
  /** Default: the database's. */
  readonly clock?: Clock;
  readonly settings?: AuthenticationSettings;
}

/**
 * Access tokens and the sessions that they belong to, one-time passwords and password reset tokens.
 * Knows no account but by its id.
 */
export class AuthenticationService {
  readonly #sessions: SessionService;
  readonly #accessTokens: AccessTokenService;
  readonly #otps: OtpService;
  readonly #passwordResetTokens: PasswordResetTokenService;
  readonly #throttle: ThrottleService;

  private constructor(dependencies: AuthenticationServiceDependencies) {
    const { notification: sender, clock = dependencies.database.clock } = dependencies;
    const settings = resolveSettings(dependencies.settings ?? {});
    this.#throttle = dependencies.throttle;
    const shared = { ...dependencies, clock };
    this.#sessions = SessionService.create({ ...shared, settings: settings.sessions });
    this.#accessTokens = AccessTokenService.create({
      ...shared,
      sessions: this.#sessions,
      settings: settings.accessTokens,
    });
    this.#otps = OtpService.create({ ...shared, sender, settings: settings.otps });
    this.#passwordResetTokens = PasswordResetTokenService.create({
      ...shared,
      ...settings.passwordResetTokens,
    });
  }

  static create(dependencies: AuthenticationServiceDependencies): AuthenticationService {
    return new AuthenticationService(dependencies);
  }

  /**
   * Creates this module's collections and indexes and the signing keys, and moves stored ones under
   * the current secret key; call it before the first use.
   *
   * @throws SigningKeyUnusableError when the secret key does not open a stored signing key
   */
  async initialize(): Promise<readonly CollectionReport[]> {
    const actor = { type: 'worker', id: 'authentication' } as const;
    const context = OperationContext.create({ actor, requestId: 'start' });
    const reports = await Promise.all([
      this.#sessions.initialize(),
      this.#accessTokens.initialize(context),
      this.#otps.initialize(),
      this.#passwordResetTokens.initialize(),
    ]);
    return reports.flat();
  }

  /** Starts a session for an account that has proved who it is, and signs a token for it. */
  async createAccessToken(
    params: CreateAccessTokenParams,
    context: OperationContext,
  ): Promise<AccessToken> {
    return this.#accessTokens.createAccessToken(given.checkNewAccessToken(params), context);
  }

  /**
   * Tells whose token it is, once signature, claims and the session's liveness are checked. What the
   * database said of the session and its account may be half a second old.
   *
   * @throws AccessTokenExpiredError for a token that was good once
   * @throws AccessTokenInvalidError for any other, and without a live session of an active account
   * @throws ServiceUnavailableError when the session cannot be read
   */
  async verifyAccessToken(
    params: VerifyAccessTokenParams,
    context: OperationContext,
  ): Promise<VerifiedAccessToken> {
    return this.#accessTokens.verifyAccessToken(given.checkToken(params), context);
  }

  /**
   * Asks once more, for whom a token was verified, whether the session is alive: before something is
   * stored long after that, or while a long answer is sent.
   *
   * @throws AccessTokenInvalidError without a live session of an active account
   * @throws ServiceUnavailableError when the session cannot be read
   */
  async assertSessionAlive(params: VerifiedAccessToken, context: OperationContext): Promise<void> {
    await this.#accessTokens.assertSessionAlive(given.checkSession(params), context);
  }

  /**
   * Exchanges a refresh token for the next one and an access token of the same session. The token
   * before may be used again for 30 seconds, and gives the same successor.
   *
   * @throws AccessTokenInvalidError for a token that is forged, or whose session has ended
   * @throws RefreshTokenReusedError for one that was exchanged before; its session is ended
   */
  async refreshAccessToken(
    params: RefreshAccessTokenParams,
    context: OperationContext,
  ): Promise<AccessToken> {
    return this.#accessTokens.refreshAccessToken(given.checkRefresh(params), context);
  }

  /** The account's live sessions, newest first. */
  async getSessionsByAccountId(
    params: SessionsByAccountIdParams,
    context: OperationContext,
  ): Promise<readonly Session[]> {
    return this.#sessions.getSessionsByAccountId(given.checkSessions(params), context);
  }

  /** Ends one session of the account. One that is not there, or another account's, is no error. */
  async endSession(params: EndSessionParams, context: OperationContext): Promise<void> {
    await this.#sessions.endSession(given.checkSession(params), context);
  }

  /**
   * Ends all sessions of the account, in the transaction of the context.
   *
   * @throws AccessTokenInvalidError when the one to be kept is to move to another epoch and has ended
   */
  async endSessionsByAccountId(
    params: EndSessionsByAccountIdParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#sessions.endSessionsByAccountId(given.checkEndOfSessions(params), context);
  }

  /**
   * Asks whether a code may be sent to this number, before anything is written.
   *
   * @throws OtpRequestFailedError when numbers of its country or kind are not served
   * @throws TooManyRequestsError within the resend pause, or over the budget of number or source
   */
  async assertOtpRequestAllowed(
    params: OtpRequestParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#otps.assertOtpRequestAllowed(given.checkOtpDemand(params), context);
  }

  /**
   * Makes a code that replaces the number's older one, and sends it; in one transaction, the
   * context's if it carries one.
   *
   * @throws OtpRequestFailedError when numbers of its country or kind are not served
   * @throws TooManyRequestsError within the resend pause, or over the budget of number or source;
   *   nothing is stored or sent
   */
  async requestOtp(params: RequestOtpParams, context: OperationContext): Promise<void> {
    await this.#otps.requestOtp(given.checkOtpRequest(params), context);
  }

  /**
   * Uses up a code. Every try is counted before the code is looked at, and outlives a rollback.
   *
   * @throws OtpIncorrectError for a wrong code, a number without one, and after the fifth try
   * @throws OtpExpiredError for a right one that was used, replaced, or is too old
   */
  async verifyOtp(params: VerifyOtpParams, context: OperationContext): Promise<void> {
    await this.#otps.verifyOtp(given.checkOtp(params), context);
  }

  /** Makes the number's live code worthless, in the transaction of the context. */
  async revokeOtps(params: OtpsByPhoneNumberParams, context: OperationContext): Promise<void> {
    await this.#otps.revokeOtps(given.checkNormalizedNumber(params), context);
  }

  /** Makes a token that replaces the account's older ones. */
  async createPasswordResetToken(
    params: PasswordResetTokensByAccountIdParams,
    context: OperationContext,
  ): Promise<PasswordResetToken> {
    return this.#passwordResetTokens.createPasswordResetToken(params, context);
  }

  /**
   * A look before the costly work of a reset; the token stays as it is.
   *
   * @throws PasswordResetTokenNotFoundError when the account has never asked for one
   * @throws PasswordResetTokenUnusableError when it is expired, used, or not the account's newest
   */
  async assertPasswordResetTokenUsable(
    params: PasswordResetTokenParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#passwordResetTokens.assertPasswordResetTokenUsable(params, context);
  }

  /**
   * Uses up a token, in the transaction of the context.
   *
   * @throws PasswordResetTokenNotFoundError when the account has never asked for one
   * @throws PasswordResetTokenUnusableError when it is expired, used, or not the account's newest
   */
  async consumePasswordResetToken(
    params: PasswordResetTokenParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#passwordResetTokens.consumePasswordResetToken(params, context);
  }

  /** Makes the account's tokens worthless, in the transaction of the context. */
  async revokePasswordResetTokens(
    params: PasswordResetTokensByAccountIdParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#passwordResetTokens.revokePasswordResetTokens(params, context);
  }

  /** The keys that verify access tokens: those that signed before, the current and the next one. */
  async getJsonWebKeySet(context: OperationContext): Promise<JsonWebKeySet> {
    return this.#accessTokens.getJsonWebKeySet(context);
  }

  /** Lets the next key sign, and makes a new next one. Tokens that were signed before stay good. */
  async rotateSigningKeys(context: OperationContext): Promise<void> {
    await this.#accessTokens.rotateSigningKeys(context);
  }

  /** What is stored here under the secret key, and has to follow when that changes. */
  get storedSecrets(): readonly StoredSecrets[] {
    return this.#accessTokens.storedSecrets;
  }

  /**
   * Names the stored secrets that the secret key of this process does not open, as of a minute ago at
   * most; for readiness. What was read before goes on serving.
   */
  async getUnreadableSecrets(context: OperationContext): Promise<readonly string[]> {
    return this.#accessTokens.getUnreadableSigningKeys(context);
  }

  /** Registers the rotation of the signing keys, monthly. */
  registerJobs(jobs: JobRegistry): void {
    jobs.register({
      name: 'authentication.rotate-signing-keys',
      payloadSchema: { type: 'object', required: [], additionalProperties: false },
      schedule: ROTATION_SCHEDULE,
      run: async (_payload, { context }) => this.rotateSigningKeys(context),
    });
  }

  /** Everything that is stored here about an account, secrets left out, as JSON: lists in pages. */
  exportAuthenticationDataByAccountId(
    params: AuthenticationDataByAccountIdParams,
    context: OperationContext,
  ): Readonly<Record<string, AsyncIterable<readonly object[]> | readonly object[]>> {
    const { accountId, phoneNumber } = given.checkDataOfAccount(params);
    const tokens = this.#passwordResetTokens.exportPasswordResetTokens(accountId, context);
    return {
      sessions: this.#sessions.exportSessionsByAccountId(accountId, context),
      password_reset_tokens: tokens,
      one_time_passwords: phoneNumber ? this.#otps.exportOtps(phoneNumber, context) : [],
    };
  }

  /**
   * Erases everything that is stored here about an account, in steps of their own transactions. May be
   * called again for one that was interrupted.
   */
  async deleteAuthenticationDataByAccountId(
    params: DeleteAuthenticationDataParams,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    const {
      accountId,
      phoneNumber,
      phoneNumberOwnedUntil: until,
    } = given.checkDataOfAccount(params);
    await this.#sessions.deleteSessionsByAccountId(accountId, erasure, context);
    await this.#passwordResetTokens.deletePasswordResetTokens(accountId, erasure, context);
    await this.#throttle.forgetKnownSources({ accountId }, context);
    if (phoneNumber) {
      await this.#otps.deleteOtps({ phoneNumber, until }, erasure, context);
    }
  }
}
