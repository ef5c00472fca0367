import {
  clearSiteData,
  operationContextOf,
  type RouteHandler,
  type RouteHandlers,
} from '@org/core/rest-api';
import type { FastifyRequest } from 'fastify';
import type * as Type from 'typebox';

import type { AuthenticationService } from '../authentication-service.ts';
import type { Session } from '../types.ts';
import { verifiedAccessTokenOf } from './account-guard.ts';
import type { sessionRoutes } from './session-router.ts';
import type { SessionsReply } from './session-schema.ts';

type Routes = typeof sessionRoutes;

export class SessionView implements RouteHandlers<Routes> {
  readonly #authentication: AuthenticationService;

  constructor(authentication: AuthenticationService) {
    this.#authentication = authentication;
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
    ip: session.ip,
    current: session.isCurrent,
  };
}
