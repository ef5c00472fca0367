import { randomUUID } from 'node:crypto';

import type { AuditService } from '@org/audit';
import type { AuthenticationService, VerifiedSession } from '@org/authentication';
import { serializeSessionCookie, verifyRequest } from '@org/authentication/rest-api';
import type { RoleService } from '@org/authorization';
import { assertPermitted } from '@org/authorization/rest-api';
import { AppError, OperationContext } from '@org/core';
import { ForeignOriginError, isFromOwnPage } from '@org/core/rest-api';

import type { RestApiSettings } from './backend-options.ts';
import { checkEach } from './check-options.ts';
import {
  readRequest,
  type HostRequest,
  type ReadRequest,
  type RequestHeaders,
} from './host-request.ts';
import type { BackendLogger } from './logger.ts';
import { flag, isObject, text, type Rule } from './option-rules.ts';

/** Who sends a request. */
export interface RequestSession extends VerifiedSession {
  /** What services take: whatever they do and record is this account's doing. */
  readonly context: OperationContext;
  /** A `Set-Cookie` header for the answer: the session lives longer. At most once an hour. */
  readonly setCookie?: string;
}

export interface AuthenticateOptions {
  /**
   * Whether the account must have authenticated in the last minutes, as for routes with `recent`.
   * Default: false.
   */
  readonly recent?: boolean;
  /** What one of the account's roles must allow, as for routes with `permission`. Default: nothing. */
  readonly permission?: string;
}

const AUTHENTICATE_OPTIONS: Readonly<Record<keyof AuthenticateOptions, Rule>> = {
  recent: flag,
  permission: text,
};

interface Dependencies {
  readonly authentication: AuthenticationService;
  readonly roles: RoleService;
  readonly audit: AuditService;
  readonly logger: BackendLogger;
  readonly http: RestApiSettings;
}

const UNAUTHORIZED = 401;

/** Whose requests are those that a host gets. */
export interface RequestSessions {
  /**
   * Whose request it is, by its access token, or else by its session's cookie; of headers alone, only
   * by the token. Send `setCookie` with the answer if there is one.
   *
   * @throws AppError with status 401; with 403 if it must be recent and is not, if the account lacks
   *   the permission, or if it would change something by a cookie and does not come from a page of
   *   one's own
   * @throws RangeError if there is no such option, or its value is of another type
   */
  authenticate(
    request: HostRequest | RequestHeaders,
    options?: AuthenticateOptions,
  ): Promise<RequestSession>;
  /** The same, but `undefined` instead of 401: for pages that send others to the log-in. */
  findSession(
    request: HostRequest | RequestHeaders,
    options?: AuthenticateOptions,
  ): Promise<RequestSession | undefined>;
}

export function requestSessions(dependencies: Dependencies): RequestSessions {
  return {
    authenticate: async (request, options = {}) => {
      assertOptions(options);
      return authenticate(dependencies, readRequest(request), options);
    },
    findSession: async (request, options = {}) => {
      assertOptions(options);
      try {
        return await authenticate(dependencies, readRequest(request), options);
      } catch (error) {
        if (error instanceof AppError && error.statusCode === UNAUTHORIZED) {
          return undefined;
        }
        throw error;
      }
    },
  };
}

/** A misspelt option would let in whom it should keep out. */
function assertOptions(options: unknown): void {
  if (!isObject(options)) {
    throw new RangeError('The options of authenticate must be an object.');
  }
  checkEach('', options, AUTHENTICATE_OPTIONS);
}

/**
 * @throws what `verifyAccessToken` and `verifyCookie` throw, and if there is neither: each answers 401
 * @throws ForeignOriginError, PermissionDeniedError and AuthenticationNotRecentError: 403
 */
async function authenticate(
  dependencies: Dependencies,
  request: ReadRequest,
  options: AuthenticateOptions,
): Promise<RequestSession> {
  const { authentication } = dependencies;
  const anonymous = OperationContext.anonymous(randomUUID(), request.sourceAddress);
  const { session, cookie } = await verifyRequest(
    { ...request, assertOwnOrigin: () => assertOwnPage(request, dependencies.http) },
    authentication,
    anonymous,
  );
  const context = anonymous.withActor({ type: 'account', id: session.accountId });
  if ('permission' in options) {
    // In JavaScript, a misspelt constant is undefined, which no module declares.
    const { permission = 'undefined' } = options;
    await assertPermitted({ accountId: session.accountId, permission }, dependencies, context);
  }
  if (options.recent === true) {
    await authentication.assertRecentlyAuthenticated(session, context);
  }
  const setCookie =
    cookie === undefined ? undefined : await prolong(cookie, request, dependencies, context);
  return { ...session, context, ...(setCookie === undefined ? {} : { setCookie }) };
}

function assertOwnPage({ headers, ownOrigin }: ReadRequest, http: RestApiSettings): void {
  if (!isFromOwnPage(headers, ownOrigin, http)) {
    throw new ForeignOriginError();
  }
}

/** @returns the cookie, if it is to be set again */
async function prolong(
  value: string,
  { headers, peerAddress: ip }: ReadRequest,
  { authentication: { cookieSessions }, logger }: Dependencies,
  context: OperationContext,
): Promise<string | undefined> {
  try {
    const use = { value, ip, userAgent: headers['user-agent'] ?? '' };
    const prolonged = await cookieSessions.prolongCookieSession(use, context);
    return prolonged && serializeSessionCookie(prolonged, headers, cookieSessions);
  } catch (error) {
    // A later request prolongs the session.
    logger.warn({ err: error }, 'a session was not prolonged');
    return undefined;
  }
}
