import { applyHttpContract } from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';

import type { AuthenticationService } from '../authentication-service.ts';
import { AccessTokenBadRequestError } from '../errors.ts';
import { getJsonWebKeySetSchema } from './json-web-key-set-schema.ts';
import { JsonWebKeySetView } from './json-web-key-set-view.ts';

export interface JsonWebKeySetRestApiOptions {
  readonly authentication: AuthenticationService;
}

/** Fastify plugin with `/.well-known/jwks.json` (RFC 8615). Register it without a prefix. */
export async function jsonWebKeySetRestApi(
  app: FastifyInstance,
  { authentication }: JsonWebKeySetRestApiOptions,
): Promise<void> {
  applyHttpContract(app, (message, details) => new AccessTokenBadRequestError(message, details));
  const view = new JsonWebKeySetView(authentication);
  app.get('/.well-known/jwks.json', { schema: getJsonWebKeySetSchema }, view.getJsonWebKeySet);
}
