import { operationContextOf } from '@org/core/rest-api';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { LoginService } from '../login-service.ts';
import type { AccessToken } from '../types.ts';
import type { AccessTokenReplyBody, CreateAccessTokenRoute } from './access-token-schema.ts';

export class AccessTokenView {
  readonly #login: LoginService;

  constructor(login: LoginService) {
    this.#login = login;
  }

  createAccessToken = async (
    request: FastifyRequest<CreateAccessTokenRoute>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const { username, password } = request.body;
    const accessToken = await this.#login.loginByUsernameAndPassword(
      { username, password, ip: request.ip, userAgent: request.headers['user-agent'] ?? '' },
      operationContextOf(request),
    );
    return reply.code(201).header('cache-control', 'no-store').send(toReplyBody(accessToken));
  };
}

function toReplyBody({ token, accountId, expiresAt }: AccessToken): AccessTokenReplyBody {
  return { token, account_id: accountId, expires_at: expiresAt.toISOString() };
}
