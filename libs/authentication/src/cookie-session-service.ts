import type { OperationContext } from '@org/core';

import type { NewDeviceOptions } from './account-directory.ts';
import { AccessTokenInvalidError } from './errors.ts';
import * as given from './internal/authentication-parameters.ts';
import type { ConfiguredDependencies } from './internal/module-dependencies.ts';
import {
  CookieSessionWriter,
  type SessionParts,
} from './internal/session/cookie-session-writer.ts';
import type { LiveCookie, LiveSession } from './internal/session/session-liveness-cache.ts';
import type { SessionReader } from './internal/session/session-reader.ts';
import {
  hashSecret,
  parseSessionToken,
  type SessionToken,
} from './internal/session/session-token-util.ts';
import {
  isReplay,
  prolongationInterval,
  toCurrentSession,
  toIssuedSession,
  type IssuedSession,
} from './internal/session/session-util.ts';
import type { SessionWriter } from './internal/session/session-writer.ts';
import type {
  CreateAccessTokenParams,
  CurrentSession,
  RenewAuthenticationParams,
  SessionOrigin,
  VerifiedSession,
} from './types.ts';

/** A session whose client presents a cookie. */
export interface CookieSession {
  readonly accountId: string;
  readonly sessionId: string;
  /** When it ends if unused, and with it the cookie. */
  readonly expiresAt: Date;
  /** Seconds until then. */
  readonly maximumAgeSeconds: number;
  /** The cookie's value: `<session id>.<generation>.<secret>`. */
  readonly value: string;
}

/** What a client presents. */
export interface CookieValueParams {
  readonly value: string;
}

export interface ProlongCookieSessionParams extends CookieValueParams, SessionOrigin {}

/** The same, with what its client presents from now on if that is a cookie. */
export interface RenewedSession extends CurrentSession {
  readonly cookie?: CookieSession | undefined;
}

/** The same, of a session by cookie. */
export interface RenewCookieSessionParams extends RenewAuthenticationParams, CookieValueParams {}

/** Sessions whose clients are browsers, and present a cookie that scripts cannot read. */
export class CookieSessionService {
  readonly #dependencies: ConfiguredDependencies;
  readonly #reader: SessionReader;
  readonly #writer: SessionWriter;
  readonly #cookieWriter: CookieSessionWriter;

  constructor(dependencies: ConfiguredDependencies, sessions: SessionParts) {
    this.#dependencies = dependencies;
    this.#reader = sessions.reader;
    this.#writer = sessions.writer;
    this.#cookieWriter = new CookieSessionWriter(dependencies, sessions);
  }

  /** Whether the cookie may do without TLS on this machine; see `AuthenticationSettings`. */
  get allowsInsecureCookies(): boolean {
    return this.#dependencies.settings.allowsInsecureCookies;
  }

  /** Starts a session for an authenticated account. */
  async createCookieSession(
    params: CreateAccessTokenParams & NewDeviceOptions,
    context: OperationContext,
  ): Promise<CookieSession> {
    given.checkNewAccessToken(params);
    const started = await this.#writer.startSession({ ...params, transport: 'cookie' }, context);
    return this.#toCookieSession(started);
  }

  /**
   * Returns whose session it is. The state of the session and its account may be half a second old.
   * For 30 seconds, the previous value still works: for other tabs of the browser.
   *
   * @throws AccessTokenInvalidError if it is not the cookie of a live session of an active account
   * @throws ServiceUnavailableError if the session cannot be read
   */
  async verifyCookie(
    params: CookieValueParams,
    context: OperationContext,
  ): Promise<VerifiedSession> {
    const live = await this.#getLiveCookie(params, context);
    const { accountId, sessionId, generation: cookieGeneration, cookie } = live;
    return { accountId, sessionId, transport: 'cookie', cookieGeneration, claims: cookie.claims };
  }

  /**
   * Makes a session in use live longer, at most once an hour: call it for requests that it makes.
   *
   * @returns the session if its cookie is to be set again, with the same value
   * @throws AccessTokenInvalidError if it is not the cookie of a live session of an active account
   * @throws ServiceUnavailableError if the session cannot be read
   */
  async prolongCookieSession(
    params: ProlongCookieSessionParams,
    context: OperationContext,
  ): Promise<CookieSession | undefined> {
    const { value, ...origin } = given.checkProlongation(params);
    const { cookie, ...presented } = await this.#getLiveCookie({ value }, context);
    const { generation, lastUsedAt, absoluteExpiresAt } = cookie;
    const { clock, settings } = this.#dependencies;
    const unusedFor = clock.now().getTime() - lastUsedAt.getTime();
    if (presented.generation !== generation || unusedFor < prolongationInterval(settings)) {
      return undefined;
    }
    const use = { ...origin, lastUsedAt, absoluteExpiresAt };
    const prolonged = await this.#cookieWriter.prolongSession(presented, use, context);
    return prolonged && this.#toCookieSession(toIssuedSession(prolonged, presented.secret));
  }

  /**
   * Records that the account has just proved itself in this session, and replaces the cookie.
   *
   * @throws AccessTokenInvalidError if it is not the session's cookie, or the session has ended or is
   *   of another epoch than the proof
   */
  async renewAuthentication(
    params: RenewCookieSessionParams,
    context: OperationContext,
  ): Promise<RenewedSession> {
    const { value, ...renewal } = given.checkCookieRenewal(params);
    const presented = parseSessionToken(value);
    if (presented?.sessionId !== renewal.sessionId) {
      throw new AccessTokenInvalidError(undefined, renewal.accountId);
    }
    const { session, secret } = await this.#cookieWriter.renewAuthentication(
      presented,
      renewal,
      context,
    );
    const cookie = this.#toCookieSession(toIssuedSession(session, secret));
    return { ...toCurrentSession(session), cookie };
  }

  async #getLiveCookie(
    params: CookieValueParams,
    context: OperationContext,
  ): Promise<SessionToken & { readonly accountId: string; readonly cookie: LiveCookie }> {
    const presented = parseSessionToken(given.checkCookieValue(params).value);
    if (presented === undefined) {
      throw new AccessTokenInvalidError();
    }
    const now = this.#dependencies.clock.now();
    // Another process may have replaced the cookie since the session was read.
    const isOutdated = ({ cookie }: LiveSession) =>
      cookie !== undefined && !isCurrent(presented, cookie, now);
    const live = await this.#reader.findLiveSession(presented.sessionId, context, isOutdated);
    if (live?.cookie === undefined || !isCurrent(presented, live.cookie, now)) {
      throw new AccessTokenInvalidError();
    }
    return { ...presented, accountId: live.accountId, cookie: live.cookie };
  }

  #toCookieSession({ accountId, sessionId, expiresAt, value }: IssuedSession): CookieSession {
    const lifetime = expiresAt.getTime() - this.#dependencies.clock.now().getTime();
    const maximumAgeSeconds = Math.max(0, Math.floor(lifetime / 1_000));
    return { accountId, sessionId, expiresAt, maximumAgeSeconds, value };
  }
}

/** Whether it is the session's cookie, or the one before it a moment ago. */
function isCurrent({ generation, secret }: SessionToken, cookie: LiveCookie, now: Date): boolean {
  const hashed = hashSecret(secret, 'cookie');
  return generation === cookie.generation
    ? hashed === cookie.currentHash
    : hashed === cookie.previousHash && isReplay(cookie, generation, now);
}
