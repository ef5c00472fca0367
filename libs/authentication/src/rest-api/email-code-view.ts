import { operationContextOf, type RouteHandler, type RouteHandlers } from '@org/core/rest-api';

import type { LoginService } from '../login-service.ts';
import type { emailCodeRoutes } from './email-code-router.ts';
import { sessionOriginOf } from './session-guard.ts';

type Routes = typeof emailCodeRoutes;

export class EmailCodeView implements RouteHandlers<Routes> {
  readonly #login: LoginService;

  constructor(login: LoginService) {
    this.#login = login;
  }

  createEmailCode: RouteHandler<Routes['createEmailCode']> = async (request) => {
    const context = operationContextOf(request);
    const params = { emailAddress: request.body.email, ...sessionOriginOf(request) };
    const { expiresAt } = await this.#login.requestLoginByEmail(params, context);
    return { expires_at: expiresAt.toISOString() };
  };
}
