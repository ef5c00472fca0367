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
import type { LoginService } from '../login-service.ts';
import type { CurrentSession, Session } from '../types.ts';
import { bearerOf, verifiedAccessTokenOf } from './account-guard.ts';
import { authenticationForms, type sessionRoutes } from './session-router.ts';
import type { CurrentSessionReply, SessionsReply } from './session-schema.ts';

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

  getCurrentSession: RouteHandler<Routes['getCurrentSession']> = async (request) => {
    const context = operationContextOf(request);
    const session = await this.#authentication.getCurrentSession(bearerOf(request), context);
    return toCurrentSessionBody(session);
  };

  createAuthentication: RouteHandler<Routes['createAuthentication']> = async (request) =>
    toCurrentSessionBody(await this.#reauthenticate(request));

  #reauthenticate(request: RouteRequest<Routes['createAuthentication']>): Promise<CurrentSession> {
    const context = operationContextOf(request);
    const { accountId, sessionId } = bearerOf(request);
    const { form, body } = authenticationForms.choose(request.body);
    switch (form) {
      case 'password': {
        const { password } = body;
        return this.#login.reauthenticateByPassword({ accountId, sessionId, password }, context);
      }
      case 'otp': {
        const { otp_code: otpCode } = body;
        return this.#login.reauthenticateByOtp({ accountId, sessionId, otpCode }, context);
      }
      case 'emailCode': {
        const { email_code: emailCode } = body;
        const proof = { accountId, sessionId, emailCode };
        return this.#login.reauthenticateByEmailCode(proof, context);
      }
    }
  }
}

function currentSessionId(request: FastifyRequest): string | undefined {
  return verifiedAccessTokenOf(request)?.sessionId;
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

function toCurrentSessionBody(session: CurrentSession): Type.Static<typeof CurrentSessionReply> {
  return {
    account_id: session.accountId,
    session_id: session.sessionId,
    expires_at: session.expiresAt.toISOString(),
    authenticated_at: session.authenticatedAt.toISOString(),
    authenticated_by: session.authenticatedBy,
  };
}
