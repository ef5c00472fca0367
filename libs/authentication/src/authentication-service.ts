import {
  OperationContext,
  type AuditTrail,
  type Clock,
  type Erasure,
  type SecretKey,
} from '@org/core';
import type { CollectionReport, Database, StoredSecrets } from '@org/core/store';
import { noEvents, type EventPublisher } from '@org/events';

import type { AccountCollection, NewDeviceOptions } from './account-directory.ts';
import { CookieSessionService } from './cookie-session-service.ts';
import { EmailCodeService } from './email-code-service.ts';
import {
  AccessTokenInvalidError,
  AuthenticationNotRecentError,
  BadLoginFormError,
  OtpRequestFailedError,
  RefreshTokenReusedError,
} from './errors.ts';
import { refreshTokenReused, sessionEnded } from './events.ts';
import {
  composeClaims,
  type AccessTokenClaims,
} from './internal/access-token/access-token-claims.ts';
import { AccessTokenReader } from './internal/access-token/access-token-reader.ts';
import { signAccessToken } from './internal/access-token/access-token-util.ts';
import { SigningKeyReader } from './internal/access-token/signing-key-reader.ts';
import { SigningKeyWriter } from './internal/access-token/signing-key-writer.ts';
import * as given from './internal/authentication-parameters.ts';
import { resolveSettings } from './internal/authentication-settings.ts';
import type { ConfiguredDependencies } from './internal/module-dependencies.ts';
import { parseSessionToken, type SessionToken } from './internal/session/session-token-util.ts';
import { RefreshTokenWriter } from './internal/session/refresh-token-writer.ts';
import {
  SessionLivenessCache,
  type LiveSession,
} from './internal/session/session-liveness-cache.ts';
import { SessionReader } from './internal/session/session-reader.ts';
import { SessionReversal, type ReversedSession } from './internal/session/session-reversal.ts';
import {
  asOwner,
  isReplay,
  toCurrentSession,
  type IssuedSession,
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
  AuthenticationDataByAccountIdParams,
  AuthenticationSettings,
  ClaimValue,
  CreateAccessTokenParams,
  CurrentSession,
  DeleteAuthenticationDataParams,
  EndSessionParams,
  EndSessionsByAccountIdParams,
  JsonWebKeySet,
  RecentSessionParams,
  RefreshAccessTokenParams,
  RenewAuthenticationParams,
  Session,
  SessionsByAccountIdParams,
  VerifiedSession,
} from './types.ts';

/** At 3:00 UTC on the first of each month. */
const ROTATION_SCHEDULE = '0 3 1 * *';

export {
  defineAccessTokenClaims,
  type AccessTokenClaims,
} from './internal/access-token/access-token-claims.ts';

export type { ReversedSession };

type Claims = Readonly<Record<string, ClaimValue>>;

export interface AuthenticationServiceDependencies<Account = unknown> {
  readonly database: Database;
  readonly audit: AuditTrail;
  /** Sends codes. Default: nobody gets one. */
  readonly notification?: OtpSender;
  readonly throttle: ThrottleService;
  /** Where accounts are stored. Default: sessions ignore the state of their accounts. */
  readonly accountCollection?: AccountCollection<Account>;
  /**
   * Claims of one's own in access tokens; needs `toAccount` of the account collection. One more read
   * at each log-in and refresh. Default: none.
   */
  readonly claims?: AccessTokenClaims<Account>;
  /** Makes the stored data worthless to anyone who has only the database. */
  readonly secretKey: SecretKey;
  /** Default: the database's clock. */
  readonly clock?: Clock;
  /** Hears of sessions. Default: nobody. */
  readonly events?: EventPublisher;
  readonly settings?: AuthenticationSettings;
}

const noOtpSender: OtpSender = {
  sendSmsForAccount: () => Promise.reject(new OtpRequestFailedError()),
  sendEmailForAccount: () =>
    Promise.reject(new BadLoginFormError('This program sends no messages.')),
};

/**
 * Access tokens and their sessions, along with the services for sessions by cookie, for codes sent to phone numbers and
 * e-mail addresses, and for password reset tokens. Knows accounts only by id.
 */
export class AuthenticationService {
  readonly otps: OtpService;
  readonly emailCodes: EmailCodeService;
  readonly cookieSessions: CookieSessionService;
  readonly resetTokens: PasswordResetTokenService;
  readonly #dependencies: ConfiguredDependencies;
  readonly #throttle: ThrottleService;
  readonly #sessionReader: SessionReader;
  readonly #sessionWriter: SessionWriter;
  readonly #sessionReversal: SessionReversal;
  readonly #refreshTokenWriter: RefreshTokenWriter;
  readonly #signingKeyReader: SigningKeyReader;
  readonly #signingKeyWriter: SigningKeyWriter;
  readonly #accessTokenReader: AccessTokenReader;
  readonly #toClaims: ((accountDocument: object) => Claims) | undefined;

  private constructor(options: AuthenticationServiceDependencies) {
    const {
      database,
      audit,
      notification: sender = noOtpSender,
      throttle,
      accountCollection,
      claims,
      secretKey,
      clock = database.clock,
      events = noEvents,
    } = options;
    const settings = resolveSettings(options.settings);
    const dependencies = { database, audit, secretKey, clock, settings, events };
    const liveness = new SessionLivenessCache(clock);
    const toClaims = claims && composeClaims(claims, accountCollection);
    const sessions = new SessionReader(dependencies, liveness, { accountCollection, toClaims });
    this.#dependencies = dependencies;
    this.#throttle = throttle;
    this.#toClaims = toClaims;
    this.#sessionReader = sessions;
    this.#sessionWriter = new SessionWriter(dependencies, sessions, liveness);
    this.#sessionReversal = new SessionReversal(dependencies, this.#sessionWriter);
    this.#refreshTokenWriter = new RefreshTokenWriter(dependencies, liveness);
    this.#signingKeyReader = new SigningKeyReader(dependencies);
    this.#signingKeyWriter = new SigningKeyWriter(dependencies, this.#signingKeyReader);
    this.#accessTokenReader = new AccessTokenReader(dependencies, this.#signingKeyReader);
    this.cookieSessions = new CookieSessionService(dependencies, {
      reader: sessions,
      writer: this.#sessionWriter,
      liveness,
    });
    this.otps = new OtpService(dependencies, sender, throttle);
    this.emailCodes = new EmailCodeService(dependencies, sender, throttle);
    this.resetTokens = new PasswordResetTokenService(dependencies);
  }

  /** @throws TypeError if there are claims and no `toAccount` of the account collection */
  static create<Account>(
    dependencies: AuthenticationServiceDependencies<Account>,
  ): AuthenticationService {
    return new AuthenticationService(dependencies);
  }

  /**
   * Creates this module's collections and indexes and the signing keys, and re-encrypts stored keys
   * with the current secret key; call it before the first use.
   *
   * @throws SigningKeyUnusableError if the secret key does not decrypt a stored signing key
   */
  async initialize(): Promise<readonly CollectionReport[]> {
    const actor = { type: 'worker', id: 'authentication' } as const;
    const context = OperationContext.create({ actor, requestId: 'start' });
    const reports = await Promise.all([
      this.#sessionWriter.initialize(),
      this.#signingKeyWriter.initialize(context),
      this.otps.initialize(),
      this.emailCodes.initialize(),
      this.resetTokens.initialize(),
    ]);
    return reports.flat();
  }

  /**
   * Starts a session for an authenticated account, and signs a token for it.
   *
   * @example
   * const origin = { userAgent: 'Mozilla/5.0', ip: '203.0.113.7' };
   * const { token } = await authentication.createAccessToken({ accountId, ...origin }, context);
   */
  async createAccessToken(
    params: CreateAccessTokenParams & NewDeviceOptions,
    context: OperationContext,
  ): Promise<AccessToken> {
    given.checkNewAccessToken(params);
    const session = await this.#sessionWriter.startSession(
      { ...params, transport: 'token' },
      context,
    );
    const claims = await this.#readClaims(session.sessionId, context);
    return this.#signAccessToken(session, claims, context);
  }

  async #readClaims(sessionId: string, context: OperationContext): Promise<Claims> {
    return this.#toClaims === undefined
      ? {}
      : this.#toClaims(await this.#sessionReader.getAccountDocument(sessionId, context));
  }

  async #signAccessToken(
    session: IssuedSession,
    claims: Claims,
    context: OperationContext,
  ): Promise<AccessToken> {
    const key = await this.#signingKeyReader.getCurrentKey(context);
    return signAccessToken(session, claims, key, this.#dependencies);
  }

  /**
   * Returns the token's owner after checking its signature, claims and session. The state of the
   * session and its account may be half a second old.
   *
   * @throws AccessTokenExpiredError for a token that was once valid
   * @throws AccessTokenInvalidError for any other token, or if it has no live session of an active
   *   account
   * @throws ServiceUnavailableError if the session cannot be read
   * @example
   * const { accountId, sessionId } = await authentication.verifyAccessToken({ token }, context);
   */
  async verifyAccessToken(
    params: { readonly token: string },
    context: OperationContext,
  ): Promise<VerifiedSession> {
    const { token } = given.checkToken(params);
    const verified = await this.#accessTokenReader.getVerifiedSession(token, context);
    const { accountId, sessionId, claims } = verified;
    await this.#assertAlive({ accountId, sessionId }, context);
    return { accountId, sessionId, transport: 'token', claims };
  }

  /**
   * Checks again, some time after a token was verified, whether its session is alive: before
   * storing something, or while a long answer is sent.
   *
   * @throws AccessTokenInvalidError if there is no live session of an active account
   * @throws ServiceUnavailableError if the session cannot be read
   */
  async assertSessionAlive(params: EndSessionParams, context: OperationContext): Promise<void> {
    await this.#assertAlive(given.checkSession(params), context);
  }

  async #assertAlive(
    { accountId, sessionId }: EndSessionParams,
    context: OperationContext,
  ): Promise<void> {
    const session = await this.#sessionReader.findLiveSession(sessionId, context);
    if (session?.accountId !== accountId) {
      throw new AccessTokenInvalidError();
    }
  }

  /**
   * Checks that the account has proved itself in this session in the last 10 minutes (setting), by
   * the login or since. A former cookie never counts. Does nothing if the settings require no recent
   * authentication.
   *
   * @throws AuthenticationNotRecentError if it has not
   * @throws AccessTokenInvalidError if there is no live session of an active account
   * @throws ServiceUnavailableError if the session cannot be read
   */
  async assertRecentlyAuthenticated(
    params: RecentSessionParams,
    context: OperationContext,
  ): Promise<void> {
    const { accountId, sessionId, ...more } = given.checkRecentSession(params);
    const { cookieGeneration, isAlwaysRequired = false } = more;
    const { settings } = this.#dependencies;
    if (!settings.requiresRecentAuthentication && !isAlwaysRequired) {
      return;
    }
    const known = await this.#sessionReader.findLiveSession(sessionId, context);
    if (known?.accountId === accountId && this.#isRecent(known, cookieGeneration)) {
      return;
    }
    // It may have been renewed, here or by another process, since what is remembered was read.
    const read = await this.#sessionReader.findLiveSessionAnew(sessionId, context);
    if (read?.accountId !== accountId) {
      throw new AccessTokenInvalidError();
    }
    if (!this.#isRecent(read, cookieGeneration)) {
      const maximumAge = settings.recentAuthenticationTimeToLiveMilliseconds;
      throw new AuthenticationNotRecentError({ maximumAgeSeconds: Math.floor(maximumAge / 1_000) });
    }
  }

  /** Whoever has a former cookie may be somebody else than who authenticated. */
  #isRecent({ authenticatedAt, cookie }: LiveSession, cookieGeneration?: number): boolean {
    const { clock, settings } = this.#dependencies;
    const age = clock.now().getTime() - authenticatedAt.getTime();
    const isCurrent = cookie?.generation === cookieGeneration;
    return isCurrent && age <= settings.recentAuthenticationTimeToLiveMilliseconds;
  }

  /**
   * A session, and when its account last proved itself in it.
   *
   * @throws AccessTokenInvalidError if there is no live session of an active account
   */
  async getCurrentSession(
    params: EndSessionParams,
    context: OperationContext,
  ): Promise<CurrentSession> {
    return this.#sessionReader.getCurrentSession(given.checkSession(params), context);
  }

  /**
   * Records that the account has just proved itself in this session; for a session by cookie,
   * `cookieSessions` has a method of its own.
   *
   * @throws AccessTokenInvalidError if the session has ended, or is of another epoch than the proof
   */
  async renewAuthentication(
    params: RenewAuthenticationParams,
    context: OperationContext,
  ): Promise<CurrentSession> {
    const renewal = given.checkRenewal(params);
    const where = { transport: { $ne: 'cookie' } } as const;
    const renewed = await this.#sessionWriter.renewAuthentication(renewal, { where }, context);
    if (renewed === undefined) {
      throw new AccessTokenInvalidError(undefined, renewal.accountId);
    }
    return toCurrentSession(renewed);
  }

  /**
   * Exchanges a refresh token for the next one and an access token of the same session. For 30
   * seconds, the previous token still works and returns the same successor: for a client's parallel
   * requests, or an answer that never arrived.
   *
   * @throws AccessTokenInvalidError if the token is forged or its session has ended
   * @throws RefreshTokenReusedError if it was exchanged before; its session is ended
   */
  async refreshAccessToken(
    params: RefreshAccessTokenParams,
    context: OperationContext,
  ): Promise<AccessToken> {
    const { refreshToken } = given.checkRefresh(params);
    const presented = parseSessionToken(refreshToken);
    if (presented === undefined) {
      throw new AccessTokenInvalidError();
    }
    // First, since an error after the exchange would leave the client without the next token.
    const claims = await this.#readClaims(presented.sessionId, context);
    const session = await this.#refreshSession(presented, params, context);
    return this.#signAccessToken(session, claims, context);
  }

  async #refreshSession(
    presented: SessionToken,
    params: RefreshAccessTokenParams,
    context: OperationContext,
  ): Promise<IssuedSession> {
    for (;;) {
      const session = await this.#sessionReader.getSessionOfRefreshToken(presented, context);
      if (presented.generation < session.generation) {
        return this.#replayOrEndSession(session, presented, params, context);
      }
      const rotated = await this.#refreshTokenWriter.rotateSession(session, params, context);
      if (rotated !== undefined) {
        return rotated;
      }
      // Another request was faster: the token is now the predecessor.
    }
  }

  async #replayOrEndSession(
    session: StoredSession,
    presented: SessionToken,
    { onReuse }: RefreshAccessTokenParams,
    context: OperationContext,
  ): Promise<IssuedSession> {
    if (isReplay(session, presented.generation, this.#dependencies.clock.now())) {
      return this.#refreshTokenWriter.replaySession(session, context);
    }
    const { accountId, id: sessionId } = session;
    const owner = asOwner(session, context);
    const { database, events } = this.#dependencies;
    const isEnded = await database.withTransaction(owner, async (transaction) => {
      const hasEnded = await this.#refreshTokenWriter.endReusedSession(session, transaction);
      // Only the call that ended it notifies, so that the owner hears of it once.
      if (hasEnded) {
        const ofSession = { accountId, sessionId };
        await events.publish(refreshTokenReused, ofSession, transaction);
        await events.publish(sessionEnded, ofSession, transaction);
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

  /**
   * Ends one of the account's sessions. Does nothing if it is unknown or belongs to another
   * account.
   */
  async endSession(params: EndSessionParams, context: OperationContext): Promise<void> {
    const { accountId, sessionId } = given.checkSession(params);
    const session = await this.#sessionReader.findSession(sessionId, context);
    if (session?.accountId === accountId) {
      await this.#sessionWriter.endSessions({ accountId, sessionIds: [session.id] }, context);
    }
  }

  /**
   * Ends a session with the token from the notice of a new device, in the context's transaction.
   * Works also if the session has ended meanwhile; once, and for 7 days after its login.
   *
   * @returns whose session it was; `undefined` if the token is forged, used or too old
   */
  async reverseSession(
    params: { readonly token: string },
    context: OperationContext,
  ): Promise<ReversedSession | undefined> {
    return this.#sessionReversal.reverse(given.checkToken(params).token, context);
  }

  /**
   * Ends all sessions of the account, in the context's transaction.
   *
   * @throws AccessTokenInvalidError if the session to keep should move to another epoch but has
   *   ended
   */
  async endSessionsByAccountId(
    params: EndSessionsByAccountIdParams,
    context: OperationContext,
  ): Promise<void> {
    const { accountId, kept } = given.checkEndOfSessions(params);
    const live = await this.#sessionReader.getSessionIdsByAccountId(accountId, context);
    const sessionIds = live.filter((id) => id !== kept?.sessionId);
    await this.#sessionWriter.endSessions({ accountId, sessionIds }, context);
    if (kept?.sessionEpoch !== undefined) {
      const { sessionId, sessionEpoch: epoch } = kept;
      await this.#sessionWriter.moveToEpoch({ accountId, sessionId, epoch }, context);
    }
  }

  /**
   * Ends every session of every account that has begun by now, with tokens and cookies: here at once,
   * in other processes within half a second. One document decides, so it takes no longer for
   * millions of sessions, and may be repeated.
   *
   * @returns the time: sessions that began later stay
   */
  async endAllSessions(context: OperationContext): Promise<{ readonly endedAt: Date }> {
    return { endedAt: await this.#sessionWriter.cutoffs.endAll(context) };
  }

  /** The keys that verify access tokens: former signing keys, the current and the next one. */
  async getJsonWebKeySet(context: OperationContext): Promise<JsonWebKeySet> {
    return { keys: await this.#signingKeyReader.getPublicKeys(context) };
  }

  /** Makes the next key sign, and creates a new next one. Tokens signed before stay valid. */
  async rotateSigningKeys(context: OperationContext): Promise<void> {
    await this.#signingKeyWriter.rotateSigningKeys(context);
    await this.#signingKeyReader.reread(context);
  }

  /** Everything this module encrypts with the secret key, to be re-encrypted when that changes. */
  get storedSecrets(): readonly StoredSecrets[] {
    return [this.#signingKeyWriter.storedSecrets];
  }

  /**
   * Names the stored secrets that this process's secret key does not decrypt, as of at most a
   * minute ago; for readiness. Secrets read earlier stay in use.
   */
  async getUnreadableSecrets(context: OperationContext): Promise<readonly string[]> {
    return (await this.#signingKeyReader.getUnreadableIds(context)).map(
      (id) => `signing key ${id}`,
    );
  }

  /** Registers the monthly rotation of the signing keys. */
  registerJobs(jobs: JobRegistry): void {
    jobs.register({
      name: 'authentication.rotate-signing-keys',
      schedule: ROTATION_SCHEDULE,
      run: async (_payload, { context }) => this.rotateSigningKeys(context),
    });
  }

  /** Everything this module stores about an account, without secrets, as JSON: lists in pages. */
  exportAuthenticationDataByAccountId(
    params: AuthenticationDataByAccountIdParams,
    context: OperationContext,
  ): Readonly<Record<string, AsyncIterable<readonly object[]> | readonly object[]>> {
    const { accountId, phoneNumber, emailAddress } = given.checkDataOfAccount(params);
    return {
      sessions: this.#sessionReader.exportSessionsByAccountId(accountId, context),
      password_reset_tokens: this.resetTokens.exportPasswordResetTokens({ accountId }, context),
      one_time_passwords: phoneNumber ? this.otps.exportOtps({ phoneNumber }, context) : [],
      email_codes: emailAddress ? this.emailCodes.exportEmailCodes({ emailAddress }, context) : [],
    };
  }

  /**
   * Erases everything this module stores about an account, each step in its own transaction. May be
   * called again if interrupted.
   */
  async deleteAuthenticationDataByAccountId(
    params: DeleteAuthenticationDataParams,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    const { accountId, phoneNumber, emailAddress, ...owned } = given.checkDataOfAccount(params);
    await this.#sessionWriter.deleteSessionsByAccountId(accountId, erasure, context);
    await this.resetTokens.deletePasswordResetTokens({ accountId }, erasure, context);
    await this.#throttle.forgetKnownSources({ accountId }, context);
    const purpose = `contact:${accountId}` as const;
    await this.otps.deleteOtpsByPurpose({ purpose }, erasure, context);
    await this.emailCodes.deleteEmailCodesByPurpose({ purpose }, erasure, context);
    if (phoneNumber) {
      await this.otps.deleteOtps({ phoneNumber, ...owned }, erasure, context);
    }
    if (emailAddress) {
      await this.emailCodes.deleteEmailCodes({ emailAddress, ...owned }, erasure, context);
    }
  }
}
