import { clearSiteData, operationContextOf } from '@org/core/rest-api';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { AuthenticationService } from '../authentication-service.ts';
import type { Session } from '../types.ts';
import { verifiedAccessTokenOf } from './account-guard.ts';
import type {
  DeleteSessionRoute,
  DeleteSessionsRoute,
  GetSessionsRoute,
  SessionsReplyBody,
} from './session-schema.ts';

export class SessionView {
  readonly #authentication: AuthenticationService;

  constructor(authentication: AuthenticationService) {
    this.#authentication = authentication;
  }

  getSessions = async (request: FastifyRequest<GetSessionsRoute>): Promise<SessionsReplyBody> => {
    const sessions = await this.#authentication.getSessionsByAccountId(
      { accountId: request.params.account_id, currentSessionId: currentSessionId(request) },
      operationContextOf(request),
    );
    return { items: sessions.map(toSessionBody) };
  };

  deleteSessions = async (
    request: FastifyRequest<DeleteSessionsRoute>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const sessionId = currentSessionId(request);
    const keepsCurrent = /^true$/i.test(request.query.except_current ?? '');
    await this.#authentication.endSessionsByAccountId(
      {
        accountId: request.params.account_id,
        kept: keepsCurrent && sessionId !== undefined ? { sessionId } : undefined,
      },
      operationContextOf(request),
    );
    return (keepsCurrent ? reply : clearSiteData(reply)).code(204).send();
  };

  deleteSession = async (
    request: FastifyRequest<DeleteSessionRoute>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const { account_id: accountId, session_id: sessionId } = request.params;
    await this.#authentication.endSession({ accountId, sessionId }, operationContextOf(request));
    const isCurrent = sessionId === currentSessionId(request);
    return (isCurrent ? clearSiteData(reply) : reply).code(204).send();
  };
}

function currentSessionId(request: FastifyRequest): string | undefined {
  return verifiedAccessTokenOf(request)?.sessionId;
}

function toSessionBody(session: Session): SessionsReplyBody['items'][number] {
  return {
    id: session.id,
    created_at: session.createdAt.toISOString(),
    last_used_at: session.lastUsedAt.toISOString(),
    user_agent: session.userAgent,
    ip: session.ip,
    current: session.isCurrent,
  };
}
