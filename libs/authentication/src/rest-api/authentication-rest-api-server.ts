import { applyHttpContract, registerRoutes, type AccountGuard } from '@org/core/rest-api';
import type { FastifyInstance } from 'fastify';

import type { AuthenticationService } from '../authentication-service.ts';
import { AccessTokenBadRequestError } from '../errors.ts';
import type { LoginService } from '../login-service.ts';
import { accessTokenRoutes } from './access-token-router.ts';
import { AccessTokenView } from './access-token-view.ts';
import { emailCodeRoutes } from './email-code-router.ts';
import { EmailCodeView } from './email-code-view.ts';
import { sessionRoutes } from './session-router.ts';
import { SessionView } from './session-view.ts';

export interface AuthenticationRestApiOptions {
  readonly authentication: AuthenticationService;
  readonly login: LoginService;
  /** The one from `createAccountGuard`: logout needs to know the bearer's session. */
  readonly guard: AccountGuard;
}

/** Fastify plugin with the routes for access tokens, codes by e-mail and sessions. Register it under the API's prefix. */
export async function authenticationRestApi(
  app: FastifyInstance,
  { authentication, login, guard }: AuthenticationRestApiOptions,
): Promise<void> {
  applyHttpContract(app, AccessTokenBadRequestError);
  const accessTokens = new AccessTokenView(login, authentication);
  registerRoutes(app, accessTokenRoutes, { handlers: accessTokens, guard });
  registerRoutes(app, emailCodeRoutes, { handlers: new EmailCodeView(login), guard });
  registerRoutes(app, sessionRoutes, { handlers: new SessionView(authentication, login), guard });
}
