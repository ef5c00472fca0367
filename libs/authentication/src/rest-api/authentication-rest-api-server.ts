import { applyHttpContract, registerRoutes, type AccountGuard } from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';

import type { AccountDirectory } from '../account-directory.ts';
import type { AuthenticationService } from '../authentication-service.ts';
import { AccessTokenBadRequestError } from '../errors.ts';
import type { LoginService } from '../login-service.ts';
import { accessTokenRoutes } from './access-token-router.ts';
import { AccessTokenView } from './access-token-view.ts';
import { passwordResetTokenRoutes } from './password-reset-token-router.ts';
import { PasswordResetTokenView } from './password-reset-token-view.ts';
import { sessionRoutes } from './session-router.ts';
import { SessionView } from './session-view.ts';

export interface AuthenticationRestApiOptions {
  readonly authentication: AuthenticationService;
  readonly login: LoginService;
  readonly accounts: AccountDirectory;
  /** The one from `createAccountGuard`: logout needs to know the bearer's session. */
  readonly guard: AccountGuard;
}

/**
 * Fastify plugin with the routes for access tokens, sessions and password reset tokens. Register it
 * under the API's prefix.
 */
export async function authenticationRestApi(
  app: FastifyInstance,
  { authentication, login, accounts, guard }: AuthenticationRestApiOptions,
): Promise<void> {
  applyHttpContract(app, AccessTokenBadRequestError);
  registerRoutes(app, accessTokenRoutes, { handlers: new AccessTokenView(login), guard });
  registerRoutes(app, sessionRoutes, { handlers: new SessionView(authentication), guard });
  registerRoutes(app, passwordResetTokenRoutes, {
    handlers: new PasswordResetTokenView(accounts),
    guard,
  });
}
