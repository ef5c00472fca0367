import type { OperationContext } from '@org/core';
import {
  assertOwnOrigin,
  beforeAnswer,
  onSessionEnd,
  operationContextOf,
  RequestSlot,
  setOperationContext,
} from '@org/core/rest-api';
import type { FastifyRequest } from 'fastify';

import type { AuthenticationService } from '../authentication-service.ts';
import {
  AccessTokenExpiredError,
  AccessTokenInvalidError,
  AuthorizationHeaderNotFoundError,
  InvalidAuthorizationHeaderError,
} from '../errors.ts';
import type { SessionOrigin, VerifiedSession } from '../types.ts';
import {
  readSessionCookie,
  setSessionCookie,
  type CookieHeaders,
  type SessionCookieOptions,
} from './session-cookie.ts';

const BEARER = /^Bearer (\S+)$/;
const READING_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Why nobody is admitted. */
export const WITHOUT_LOGIN = [
  AccessTokenExpiredError,
  AuthorizationHeaderNotFoundError,
  InvalidAuthorizationHeaderError,
  AccessTokenInvalidError,
];

const verifiedSessions = new RequestSlot<VerifiedSession>();

/**
 * The session of a request that this guard admitted.
 *
 * @throws AccessTokenInvalidError if another guard did, which knows no session
 */
export function currentSessionOf(request: FastifyRequest): VerifiedSession {
  const session = verifiedSessionOf(request);
  if (session === undefined) {
    throw new AccessTokenInvalidError();
  }
  return session;
}

/** The session of a request that this guard admitted; undefined if another guard did. */
export function verifiedSessionOf(request: FastifyRequest): VerifiedSession | undefined {
  return verifiedSessions.get(request);
}

/**
 * The bearer of a request that needs none; undefined if there is no valid access token.
 *
 * @throws ServiceUnavailableError if the session cannot be read
 */
export async function findBearer(
  request: FastifyRequest,
  authentication: AuthenticationService,
): Promise<VerifiedSession | undefined> {
  return unlessDenied(async () => {
    const token = readBearerToken(request.headers.authorization);
    return authentication.verifyAccessToken({ token }, operationContextOf(request));
  });
}

/** Likewise, the session whose cookie the request has. */
export async function findCookieSession(
  request: FastifyRequest,
  { cookieSessions }: AuthenticationService,
): Promise<VerifiedSession | undefined> {
  return unlessDenied(async () => {
    const value = readSessionCookie(request.headers, cookieSessions);
    return value === undefined
      ? undefined
      : cookieSessions.verifyCookie({ value }, operationContextOf(request));
  });
}

async function unlessDenied<Found>(find: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await find();
  } catch (error) {
    if (WITHOUT_LOGIN.some((denial) => error instanceof denial)) {
      return undefined;
    }
    throw error;
  }
}

/** What tells whose request it is. */
export interface CredentialHeaders extends CookieHeaders {
  readonly authorization?: string | undefined;
}

/** A request of any server, and what to refuse it by. */
export interface RequestToVerify {
  /** Undefined if it is not known: then no cookie counts, since it might change something. */
  readonly method: string | undefined;
  readonly headers: CredentialHeaders;
  /** Called if it would change something by a cookie; throws if no page of one's own sent it. */
  readonly assertOwnOrigin: () => void;
}

/**
 * Whose request it is, by its access token, or else by its cookie, whose value is returned, too.
 *
 * @throws AccessTokenInvalidError and the like if it is nobody's
 */
export async function verifyRequest(
  request: RequestToVerify,
  authentication: AuthenticationService,
  context: OperationContext,
): Promise<{ readonly session: VerifiedSession; readonly cookie: string | undefined }> {
  const cookie = cookieInPlaceOfBearer(request, authentication.cookieSessions);
  if (cookie !== undefined) {
    const session = await authentication.cookieSessions.verifyCookie({ value: cookie }, context);
    return { session, cookie };
  }
  const token = readBearerToken(request.headers.authorization);
  return { session: await authentication.verifyAccessToken({ token }, context), cookie };
}

/** @returns undefined if the request has another way to authenticate, or none */
function cookieInPlaceOfBearer(
  { method, headers, assertOwnOrigin: assertOwn }: RequestToVerify,
  options: SessionCookieOptions,
): string | undefined {
  if (method === undefined || headers.authorization) {
    return undefined;
  }
  const cookie = readSessionCookie(headers, options);
  if (cookie !== undefined && !READING_METHODS.has(method)) {
    assertOwn();
  }
  return cookie;
}

/**
 * Whose request it is; services act for that account from then on.
 *
 * @throws AccessTokenInvalidError and the like if it is nobody's
 * @throws ForeignOriginError if it would change something by a cookie, and a page of another site may
 *   have sent it
 */
export async function authenticate(
  request: FastifyRequest,
  authentication: AuthenticationService,
): Promise<VerifiedSession> {
  const context = operationContextOf(request);
  const { method, headers } = request;
  const { session, cookie } = await verifyRequest(
    { method, headers, assertOwnOrigin: () => assertOwnOrigin(request) },
    authentication,
    context,
  );
  verifiedSessions.set(request, session);
  setOperationContext(request, context.withActor({ type: 'account', id: session.accountId }));
  if (cookie !== undefined) {
    keepCookie(request, cookie, authentication);
  }
  return session;
}

/**
 * The answer forgets the cookie where the session ends, and sets it again now and then: only once it
 * is known that the cookie is still the session's, which another tab may have replaced meanwhile.
 */
function keepCookie(
  request: FastifyRequest,
  value: string,
  { cookieSessions }: AuthenticationService,
): void {
  onSessionEnd(request, (reply) => setSessionCookie(reply, undefined, cookieSessions));
  beforeAnswer(request, async (reply) => {
    try {
      const use = { value, ...sessionOriginOf(request) };
      const context = operationContextOf(request);
      const prolonged = await cookieSessions.prolongCookieSession(use, context);
      if (prolonged !== undefined) {
        setSessionCookie(reply, prolonged, cookieSessions);
      }
    } catch (error) {
      if (!(error instanceof AccessTokenInvalidError)) {
        // A later request prolongs the session.
        request.log.warn({ err: error }, 'a session was not prolonged');
      }
    }
  });
}

/** Where a request comes from, as its session says it. */
export function sessionOriginOf(request: FastifyRequest): SessionOrigin {
  const { sourceAddress = '' } = operationContextOf(request);
  return { ip: sourceAddress, userAgent: request.headers['user-agent'] ?? '' };
}

/**
 * The access token in an `authorization` header.
 *
 * @throws AuthorizationHeaderNotFoundError
 * @throws InvalidAuthorizationHeaderError
 */
export function readBearerToken(header: string | undefined): string {
  if (header === undefined || header === '') {
    throw new AuthorizationHeaderNotFoundError();
  }
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) {
    throw new InvalidAuthorizationHeaderError();
  }
  return token;
}
