import {
  clearSiteData,
  operationContextOf,
  type RouteHandler,
  type RouteHandlers,
  type RouteRequest,
} from '@org/core/rest-api';
import type { FastifyRequest } from 'fastify';
import type * as Type from 'typebox';

import type { AuthenticationService } from '../authentication-service.ts';
import type { CookieSession, RenewedSession } from '../cookie-session-service.ts';
import type { LoginService } from '../login-service.ts';
import type { CurrentSession, Session } from '../types.ts';
import { sessionForms } from './access-token-router.ts';
import { logIn } from './login-view.ts';
import {
  currentSessionOf,
  findBearer,
  findCookieSession,
  sessionOriginOf,
  verifiedSessionOf,
} from './session-guard.ts';
import { readSessionCookie, setSessionCookie } from './session-cookie.ts';
import { authenticationForms, type sessionRoutes } from './session-router.ts';
import type { CurrentSessionReply, NewSessionReply, SessionsReply } from './session-schema.ts';

type Routes = typeof sessionRoutes;

export class SessionView implements RouteHandlers<Routes> {
  readonly #authentication: AuthenticationService;
  readonly #login: LoginService;

  constructor(authentication: AuthenticationService, login: LoginService) {
    this.#authentication = authentication;
    this.#login = login;
  }

  getSessions: RouteHandler<Routes['getSessions']> = async (request) => {
    const sessions = await this.#authentication.getSessionsByAccountId(
      { accountId: request.params.account_id, currentSessionId: currentSessionId(request) },
      operationContextOf(request),
    );
    return { items: sessions.map(toSessionBody) };
  };

  deleteSessions: RouteHandler<Routes['deleteSessions']> = async (request, reply) => {
    const sessionId = currentSessionId(request);
    const keepsCurrent = /^true$/i.test(request.query.except_current ?? '');
    await this.#authentication.endSessionsByAccountId(
      {
        accountId: request.params.account_id,
        kept: keepsCurrent && sessionId !== undefined ? { sessionId } : undefined,
      },
      operationContextOf(request),
    );
    if (!keepsCurrent) {
      clearSiteData(reply);
    }
  };

  deleteSession: RouteHandler<Routes['deleteSession']> = async (request, reply) => {
    const { account_id: accountId, session_id: sessionId } = request.params;
    await this.#authentication.endSession({ accountId, sessionId }, operationContextOf(request));
    if (sessionId === currentSessionId(request)) {
      clearSiteData(reply);
    }
  };

  createSession: RouteHandler<Routes['createSession']> = async (request, reply) => {
    const session = await this.#logIn(request);
    setSessionCookie(reply, session, this.#authentication.cookieSessions);
    return toNewSessionBody(session);
  };

  async #logIn(request: RouteRequest<Routes['createSession']>): Promise<CookieSession> {
    const former = await findCookieSession(request, this.#authentication);
    const acting = request.headers.authorization
      ? await findBearer(request, this.#authentication)
      : former;
    const session = {
      ...sessionOriginOf(request),
      transport: 'cookie',
      actingAccountId: acting?.accountId,
      replacedSession: former && { accountId: former.accountId, sessionId: former.sessionId },
    } as const;
    const credentials = sessionForms.choose(request.body);
    return logIn(this.#login, credentials, session, operationContextOf(request));
  }

  getCurrentSession: RouteHandler<Routes['getCurrentSession']> = async (request) => {
    const context = operationContextOf(request);
    const session = await this.#authentication.getCurrentSession(
      currentSessionOf(request),
      context,
    );
    return toCurrentSessionBody(session);
  };

  deleteCurrentSession: RouteHandler<Routes['deleteCurrentSession']> = async (request, reply) => {
    const { accountId, sessionId } = currentSessionOf(request);
    await this.#login.logout({ accountId, sessionId }, operationContextOf(request));
    setSessionCookie(clearSiteData(reply), undefined, this.#authentication.cookieSessions);
  };

  createAuthentication: RouteHandler<Routes['createAuthentication']> = async (request, reply) => {
    const renewed = await this.#reauthenticate(request);
    if (renewed.cookie !== undefined) {
      setSessionCookie(reply, renewed.cookie, this.#authentication.cookieSessions);
    }
    return toCurrentSessionBody(renewed);
  };

  #reauthenticate(request: RouteRequest<Routes['createAuthentication']>): Promise<RenewedSession> {
    const context = operationContextOf(request);
    const { accountId, sessionId, transport } = currentSessionOf(request);
    const { cookieSessions } = this.#authentication;
    const cookieValue =
      transport === 'cookie' ? readSessionCookie(request.headers, cookieSessions) : undefined;
    const session = { accountId, sessionId, cookieValue };
    const { form, body } = authenticationForms.choose(request.body);
    switch (form) {
      case 'password': {
        const { password } = body;
        return this.#login.reauthenticateByPassword({ ...session, password }, context);
      }
      case 'otp': {
        const { otp_code: otpCode } = body;
        return this.#login.reauthenticateByOtp({ ...session, otpCode }, context);
      }
      case 'emailCode': {
        const { email_code: emailCode } = body;
        return this.#login.reauthenticateByEmailCode({ ...session, emailCode }, context);
      }
    }
  }
}

function currentSessionId(request: FastifyRequest): string | undefined {
  return verifiedSessionOf(request)?.sessionId;
}

function toSessionBody(session: Session): Type.Static<typeof SessionsReply>['items'][number] {
  return {
    id: session.id,
    created_at: session.createdAt.toISOString(),
    last_used_at: session.lastUsedAt.toISOString(),
    user_agent: session.userAgent,
    device: session.device,
    browser: session.browser,
    ip: session.ip,
    current: session.isCurrent,
  };
}

function toNewSessionBody(session: CookieSession): Type.Static<typeof NewSessionReply> {
  return {
    account_id: session.accountId,
    session_id: session.sessionId,
    expires_at: session.expiresAt.toISOString(),
  };
}

function toCurrentSessionBody(session: CurrentSession): Type.Static<typeof CurrentSessionReply> {
  return {
    account_id: session.accountId,
    session_id: session.sessionId,
    expires_at: session.expiresAt.toISOString(),
    authenticated_at: session.authenticatedAt.toISOString(),
    authenticated_by: session.authenticatedBy,
  };
}
