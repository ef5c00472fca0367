import { operationContextOf } from '@org/core/rest-api';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { AuthenticationService } from '../authentication-service.ts';

/** Far below the time for which a key is published before it signs. */
const CACHE_CONTROL = 'public, max-age=300';

export class JsonWebKeySetView {
  readonly #authentication: AuthenticationService;

  constructor(authentication: AuthenticationService) {
    this.#authentication = authentication;
  }

  getJsonWebKeySet = async (
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const keySet = await this.#authentication.getJsonWebKeySet(operationContextOf(request));
    return reply.header('cache-control', CACHE_CONTROL).send(keySet);
  };
}
