import {
  applyHttpContract,
  operationContextOf,
  registerRoutes,
  type RouteHandlers,
} from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';

import type { AuthenticationService } from '../authentication-service.ts';
import { AccessTokenBadRequestError } from '../errors.ts';
import { jsonWebKeySetRoutes } from './json-web-key-set-router.ts';

export interface JsonWebKeySetRestApiOptions {
  readonly authentication: AuthenticationService;
}

/** Far shorter than a key is published before it signs. */
const CACHE_CONTROL = 'public, max-age=300';

/** Fastify plugin with `/.well-known/jwks.json` (RFC 8615). Register it without a prefix. */
export async function jsonWebKeySetRestApi(
  app: FastifyInstance,
  { authentication }: JsonWebKeySetRestApiOptions,
): Promise<void> {
  const handlers: RouteHandlers<typeof jsonWebKeySetRoutes> = {
    getJsonWebKeySet: async (request, reply) => {
      const keySet = await authentication.getJsonWebKeySet(operationContextOf(request));
      return reply.header('cache-control', CACHE_CONTROL).send(keySet);
    },
  };
  applyHttpContract(app, AccessTokenBadRequestError);
  registerRoutes(app, jsonWebKeySetRoutes, { handlers });
}
