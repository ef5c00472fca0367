import {
  clearSiteData,
  operationContextOf,
  type RouteHandler,
  type RouteHandlers,
  type RouteRequest,
} from '@org/core/rest-api';
import type * as Type from 'typebox';

import type { AuthenticationService } from '../authentication-service.ts';
import type { LoginService } from '../login-service.ts';
import type { AccessToken } from '../types.ts';
import { loginForms, type accessTokenRoutes } from './access-token-router.ts';
import type { AccessTokenReply } from './access-token-schema.ts';
import { logIn } from './login-view.ts';
import { currentSessionOf, findBearer, sessionOriginOf } from './session-guard.ts';

type Routes = typeof accessTokenRoutes;

export class AccessTokenView implements RouteHandlers<Routes> {
  readonly #login: LoginService;
  readonly #authentication: AuthenticationService;

  constructor(login: LoginService, authentication: AuthenticationService) {
    this.#login = login;
    this.#authentication = authentication;
  }

  createAccessToken: RouteHandler<Routes['createAccessToken']> = async (request) =>
    toReplyBody(await this.#logIn(request));

  deleteCurrentAccessToken: RouteHandler<Routes['deleteCurrentAccessToken']> = async (
    request,
    reply,
  ) => {
    await this.#login.logout(currentSessionOf(request), operationContextOf(request));
    clearSiteData(reply);
  };

  async #logIn(request: RouteRequest<Routes['createAccessToken']>): Promise<AccessToken> {
    const context = operationContextOf(request);
    const origin = sessionOriginOf(request);
    const chosen = loginForms.choose(request.body);
    if (chosen.form === 'refresh') {
      const refresh = { refreshToken: chosen.body.refresh_token, ...origin };
      return this.#login.refresh(refresh, context);
    }
    const acting =
      chosen.form === 'emailCode' ? await findBearer(request, this.#authentication) : undefined;
    const session = { ...origin, transport: 'token', actingAccountId: acting?.accountId } as const;
    return logIn(this.#login, chosen, session, context);
  }
}

function toReplyBody(accessToken: AccessToken): Type.Static<typeof AccessTokenReply> {
  return {
    token: accessToken.token,
    account_id: accessToken.accountId,
    expires_at: accessToken.expiresAt.toISOString(),
    refresh_token: accessToken.refreshToken,
    refresh_token_expires_at: accessToken.refreshTokenExpiresAt.toISOString(),
  };
}
