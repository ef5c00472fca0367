import { applyHttpContract, registerRoutes } from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';

import type { AuthenticationService } from '../authentication-service.ts';
import { AccessTokenBadRequestError } from '../errors.ts';
import { jsonWebKeySetRoutes } from './json-web-key-set-router.ts';
import { JsonWebKeySetView } from './json-web-key-set-view.ts';

export interface JsonWebKeySetRestApiOptions {
  readonly authentication: AuthenticationService;
}

/** Fastify plugin with `/.well-known/jwks.json` (RFC 8615). Register it without a prefix. */
export async function jsonWebKeySetRestApi(
  app: FastifyInstance,
  { authentication }: JsonWebKeySetRestApiOptions,
): Promise<void> {
  applyHttpContract(app, AccessTokenBadRequestError);
  registerRoutes(app, jsonWebKeySetRoutes, { handlers: new JsonWebKeySetView(authentication) });
}
