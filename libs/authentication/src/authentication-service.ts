import {
  OperationContext,
  type AuditTrail,
  type Clock,
  type Erasure,
  type SecretKey,
} from '@org/core';
import type { CollectionReport, Database, StoredSecrets } from '@org/core/store';

import { AccessTokenInvalidError, RefreshTokenReusedError } from './errors.ts';
import { AccessTokenReader } from './internal/access-token/access-token-reader.ts';
import { AccessTokenWriter } from './internal/access-token/access-token-writer.ts';
import { SigningKeyReader } from './internal/access-token/signing-key-reader.ts';
import { SigningKeyWriter } from './internal/access-token/signing-key-writer.ts';
import * as given from './internal/authentication-parameters.ts';
import { resolveSettings } from './internal/authentication-settings.ts';
import { parseRefreshToken, type RefreshToken } from './internal/session/refresh-token-util.ts';
import { RefreshTokenWriter } from './internal/session/refresh-token-writer.ts';
import { SessionLivenessCache } from './internal/session/session-liveness-cache.ts';
import { SessionReader } from './internal/session/session-reader.ts';
import {
  asOwner,
  isReplay,
  type RefreshableSession,
  type StoredSession,
} from './internal/session/session-util.ts';
import { SessionWriter } from './internal/session/session-writer.ts';
import type { JobRegistry } from './job-registry.ts';
import type { OtpSender } from './otp-sender.ts';
import { OtpService } from './otp-service.ts';
import { PasswordResetTokenService } from './password-reset-token-service.ts';
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
  RefreshAccessTokenParams,
  Session,
  SessionsByAccountIdParams,
  VerifiedAccessToken,
  VerifyAccessTokenParams,
} from './types.ts';

/** At 3:00 UTC on the first of each month. */
const ROTATION_SCHEDULE = '0 3 1 * *';
/** Beyond a token's life: another instance signs with a key until it learns that it is retired. */
const RETIREMENT_MARGIN_MILLISECONDS = 5 * 60_000;

export interface AuthenticationServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  /** Sends one-time passwords. */
  readonly notification: OtpSender;
  readonly throttle: ThrottleService;
  /** Where accounts are. Default: a session lives until it ends, whatever its account is. */
  readonly accountCollection?: AccountCollection;
  /** Makes what is stored here worthless to anyone who has only the database. */
  readonly secretKey: SecretKey;
  /** Default: the database's. */
  readonly clock?: Clock;
  readonly settings?: AuthenticationSettings;
}

/**
 * Access tokens and the sessions that they belong to; with the services of one-time passwords and
 * password reset tokens. Knows accounts only by their ids.
 */
export class AuthenticationService {
  readonly otps: OtpService;
  readonly resetTokens: PasswordResetTokenService;
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #throttle: ThrottleService;
  readonly #sessionReader: SessionReader;
  readonly #sessionWriter: SessionWriter;
  readonly #refreshTokenWriter: RefreshTokenWriter;
  readonly #signingKeyReader: SigningKeyReader;
  readonly #signingKeyWriter: SigningKeyWriter;
  readonly #accessTokenReader: AccessTokenReader;
  readonly #accessTokenWriter: AccessTokenWriter;

  private constructor(dependencies: AuthenticationServiceDependencies) {
    const { database, audit, secretKey, throttle, clock = database.clock } = dependencies;
    const settings = resolveSettings(dependencies.settings);
    const stored = { database, audit, secretKey, clock };
    const liveness = new SessionLivenessCache(clock);
    const sessions = new SessionReader(stored, liveness, dependencies.accountCollection);
    const keys = new SigningKeyReader(stored);
    this.#database = database;
    this.#clock = clock;
    this.#throttle = throttle;
    this.#sessionReader = sessions;
    this.#sessionWriter = new SessionWriter(stored, sessions, liveness, settings);
    this.#refreshTokenWriter = new RefreshTokenWriter(stored, liveness, settings);
    this.#signingKeyReader = keys;
    this.#signingKeyWriter = new SigningKeyWriter(
      stored,
      keys,
      settings.accessTokenTimeToLive + RETIREMENT_MARGIN_MILLISECONDS,
    );
    this.#accessTokenReader = new AccessTokenReader(clock, keys, settings);
    this.#accessTokenWriter = new AccessTokenWriter(clock, keys, settings);
    this.otps = new OtpService(stored, dependencies.notification, throttle, settings);
    this.resetTokens = new PasswordResetTokenService(stored, settings.passwordResetTokenTimeToLive);
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
      this.#sessionWriter.initialize(),
      this.#signingKeyWriter.initialize(context),
      this.otps.initialize(),
      this.resetTokens.initialize(),
    ]);
    return reports.flat();
  }

  /**
   * Starts a session for an account that has proved who it is, and signs a token for it.
   *
   * @example
   * const origin = { userAgent: 'Mozilla/5.0', ip: '203.0.113.7' };
   * const { token } = await authentication.createAccessToken({ accountId, ...origin }, context);
   */
  async createAccessToken(
    params: CreateAccessTokenParams,
    context: OperationContext,
  ): Promise<AccessToken> {
    const session = await this.#sessionWriter.startSession(
      given.checkNewAccessToken(params),
      context,
    );
    return this.#accessTokenWriter.createAccessToken(session, context);
  }

  /**
   * Tells whose token it is, once signature, claims and the session's liveness are checked. What the
   * database said of the session and its account may be half a second old.
   *
   * @throws AccessTokenExpiredError for a token that was valid once
   * @throws AccessTokenInvalidError for any other, and without a live session of an active account
   * @throws ServiceUnavailableError when the session cannot be read
   * @example
   * const { accountId, sessionId } = await authentication.verifyAccessToken({ token }, context);
   */
  async verifyAccessToken(
    params: VerifyAccessTokenParams,
    context: OperationContext,
  ): Promise<VerifiedAccessToken> {
    const { token } = given.checkToken(params);
    const verified = await this.#accessTokenReader.getVerifiedAccessToken(token, context);
    const { accountId, sessionId } = verified;
    await this.#assertAlive({ accountId, sessionId }, context);
    return { accountId, sessionId };
  }

  /**
   * Checks again, some time after a token was verified, whether its session is alive: before something
   * is stored, or while a long answer is sent.
   *
   * @throws AccessTokenInvalidError without a live session of an active account
   * @throws ServiceUnavailableError when the session cannot be read
   */
  async assertSessionAlive(params: VerifiedAccessToken, context: OperationContext): Promise<void> {
    await this.#assertAlive(given.checkSession(params), context);
  }

  async #assertAlive(
    { accountId, sessionId }: VerifiedAccessToken,
    context: OperationContext,
  ): Promise<void> {
    const owner = await this.#sessionReader.findAccountIdOfLiveSession(sessionId, context);
    if (owner !== accountId) {
      throw new AccessTokenInvalidError();
    }
  }

  /**
   * Exchanges a refresh token for the next one and an access token of the same session. The token
   * before may be used again for 30 seconds, and gives the same successor: parallel requests of one
   * client, or an answer that never arrived.
   *
   * @throws AccessTokenInvalidError for a token that is forged, or whose session has ended
   * @throws RefreshTokenReusedError for one that was exchanged before; its session is ended
   */
  async refreshAccessToken(
    params: RefreshAccessTokenParams,
    context: OperationContext,
  ): Promise<AccessToken> {
    const { refreshToken } = given.checkRefresh(params);
    const presented = parseRefreshToken(refreshToken);
    if (presented === undefined) {
      throw new AccessTokenInvalidError();
    }
    const session = await this.#refreshSession(presented, params, context);
    return this.#accessTokenWriter.createAccessToken(session, context);
  }

  async #refreshSession(
    presented: RefreshToken,
    params: RefreshAccessTokenParams,
    context: OperationContext,
  ): Promise<RefreshableSession> {
    for (;;) {
      const session = await this.#sessionReader.getSessionOfRefreshToken(presented, context);
      if (presented.generation < session.generation) {
        return this.#replayOrEndSession(session, presented, params, context);
      }
      const rotated = await this.#refreshTokenWriter.rotateSession(session, params, context);
      if (rotated !== undefined) {
        return rotated;
      }
      // Another request was faster: the token is the predecessor now.
    }
  }

  async #replayOrEndSession(
    session: StoredSession,
    presented: RefreshToken,
    { onReuse }: RefreshAccessTokenParams,
    context: OperationContext,
  ): Promise<RefreshableSession> {
    if (isReplay(session, presented.generation, this.#clock.now())) {
      return this.#refreshTokenWriter.replaySession(session, context);
    }
    const { accountId } = session;
    const owner = asOwner(session, context);
    const isEnded = await this.#database.withTransaction(owner, async (transaction) => {
      const hasEnded = await this.#refreshTokenWriter.endReusedSession(session, transaction);
      // Only the call that ended it tells: the owner hears of it once.
      if (hasEnded) {
        await onReuse?.({ accountId }, transaction);
      }
      return hasEnded;
    });
    throw isEnded
      ? new RefreshTokenReusedError(accountId)
      : new AccessTokenInvalidError(undefined, accountId);
  }

  /** The account's live sessions, newest first. */
  async getSessionsByAccountId(
    params: SessionsByAccountIdParams,
    context: OperationContext,
  ): Promise<readonly Session[]> {
    return this.#sessionReader.getSessionsByAccountId(given.checkSessions(params), context);
  }

  /** Ends one session of the account. Nothing happens if it is unknown, or another account's. */
  async endSession(params: EndSessionParams, context: OperationContext): Promise<void> {
    const { accountId, sessionId } = given.checkSession(params);
    const session = await this.#sessionReader.findSession(sessionId, context);
    if (session?.accountId === accountId) {
      const sessionIds = [session.id];
      await this.#sessionWriter.endSessions({ accountId, sessionIds }, context);
    }
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
    const { accountId, kept } = given.checkEndOfSessions(params);
    const ids = await this.#sessionReader.getSessionIdsByAccountId(accountId, context);
    const sessionIds = ids.filter((id) => id !== kept?.sessionId);
    await this.#sessionWriter.endSessions({ accountId, sessionIds }, context);
    if (kept?.sessionEpoch !== undefined) {
      const { sessionId, sessionEpoch: epoch } = kept;
      await this.#sessionWriter.moveToEpoch({ accountId, sessionId, epoch }, context);
    }
  }

  /** The keys that verify access tokens: those that signed before, the current and the next one. */
  async getJsonWebKeySet(context: OperationContext): Promise<JsonWebKeySet> {
    return { keys: await this.#signingKeyReader.getPublicKeys(context) };
  }

  /** Lets the next key sign, and makes a new next one. Tokens that were signed before stay valid. */
  async rotateSigningKeys(context: OperationContext): Promise<void> {
    await this.#signingKeyWriter.rotateSigningKeys(context);
    await this.#signingKeyReader.reread(context);
  }

  /** What is stored here under the secret key, and has to follow when that changes. */
  get storedSecrets(): readonly StoredSecrets[] {
    return [this.#signingKeyWriter.storedSecrets];
  }

  /**
   * Names the stored secrets that the secret key of this process does not open, as of a minute ago at
   * most; for readiness. What was read before goes on serving.
   */
  async getUnreadableSecrets(context: OperationContext): Promise<readonly string[]> {
    const ids = await this.#signingKeyReader.getUnreadableIds(context);
    return ids.map((id) => `signing key ${id}`);
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
    return {
      sessions: this.#sessionReader.exportSessionsByAccountId(accountId, context),
      password_reset_tokens: this.resetTokens.exportPasswordResetTokens({ accountId }, context),
      one_time_passwords: phoneNumber ? this.otps.exportOtps({ phoneNumber }, context) : [],
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
    const { accountId, phoneNumber, phoneNumberOwnedUntil } = given.checkDataOfAccount(params);
    await this.endSessionsByAccountId({ accountId }, context);
    await this.#sessionWriter.deleteSessionsByAccountId(accountId, erasure, context);
    await this.resetTokens.deletePasswordResetTokens({ accountId }, erasure, context);
    await this.#throttle.forgetKnownSources({ accountId }, context);
    if (phoneNumber) {
      await this.otps.deleteOtps({ phoneNumber, phoneNumberOwnedUntil }, erasure, context);
    }
  }
}
