import { applyHttpContract } from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';

import { AccessTokenBadRequestError } from '../errors.ts';
import type { LoginService } from '../login-service.ts';
import { registerAccessTokenRoutes } from './access-token-router.ts';
import { AccessTokenView } from './access-token-view.ts';

export interface AuthenticationRestApiOptions {
  readonly login: LoginService;
}

/** Fastify plugin with the routes below `/access-tokens`. Register it under the API's prefix. */
export async function authenticationRestApi(
  app: FastifyInstance,
  { login }: AuthenticationRestApiOptions,
): Promise<void> {
  applyHttpContract(app, (message, details) => new AccessTokenBadRequestError(message, details));
  registerAccessTokenRoutes(app, new AccessTokenView(login));
}
