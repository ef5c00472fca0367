import {
  clearSiteData,
  operationContextOf,
  type RouteHandler,
  type RouteHandlers,
  type RouteRequest,
} from '@org/core/rest-api';
import type * as Type from 'typebox';

import type { LoginService } from '../login-service.ts';
import type { AccessToken } from '../types.ts';
import { loginForms, type accessTokenRoutes } from './access-token-router.ts';
import type { AccessTokenReply } from './access-token-schema.ts';
import { bearerOf } from './account-guard.ts';

type Routes = typeof accessTokenRoutes;

export class AccessTokenView implements RouteHandlers<Routes> {
  readonly #login: LoginService;

  constructor(login: LoginService) {
    this.#login = login;
  }

  createAccessToken: RouteHandler<Routes['createAccessToken']> = async (request) =>
    toReplyBody(await this.#logIn(request));

  deleteCurrentAccessToken: RouteHandler<Routes['deleteCurrentAccessToken']> = async (
    request,
    reply,
  ) => {
    await this.#login.logout(bearerOf(request), operationContextOf(request));
    clearSiteData(reply);
  };

  #logIn(request: RouteRequest<Routes['createAccessToken']>): Promise<AccessToken> {
    const context = operationContextOf(request);
    const origin = {
      ip: context.sourceAddress ?? '',
      userAgent: request.headers['user-agent'] ?? '',
    };
    const { form, body } = loginForms.choose(request.body);
    switch (form) {
      case 'password': {
        const { username, password } = body;
        return this.#login.loginByUsernameAndPassword({ username, password, ...origin }, context);
      }
      case 'otp': {
        const { phone_number: parts, otp_code: otpCode } = body;
        const phoneNumber = { countryCode: parts.country_code, phoneNumber: parts.phone_number };
        return this.#login.loginByPhoneNumberAndOtp({ phoneNumber, otpCode, ...origin }, context);
      }
      case 'refresh':
        return this.#login.refresh({ refreshToken: body.refresh_token, ...origin }, context);
    }
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
