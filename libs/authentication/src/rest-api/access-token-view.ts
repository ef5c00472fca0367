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
import type { AccessTokenReply, EmailCodeForm } from './access-token-schema.ts';
import { bearerOf, findBearer } from './account-guard.ts';

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
    await this.#login.logout(bearerOf(request), operationContextOf(request));
    clearSiteData(reply);
  };

  async #logIn(request: RouteRequest<Routes['createAccessToken']>): Promise<AccessToken> {
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
      case 'emailCode': {
        const bearer = await findBearer(request, this.#authentication);
        const redemption = { ...toRedemption(body), actingAccountId: bearer?.accountId };
        return this.#login.loginByEmailAndCode({ ...redemption, ...origin }, context);
      }
      case 'emailPassword': {
        const { email: emailAddress, password } = body;
        return this.#login.loginByEmailAndPassword({ emailAddress, password, ...origin }, context);
      }
      case 'refresh':
        return this.#login.refresh({ refreshToken: body.refresh_token, ...origin }, context);
    }
  }
}

function toRedemption(body: Type.Static<typeof EmailCodeForm>) {
  const { email: emailAddress, email_code: emailCode, password } = body;
  const { first_name: firstName, last_name: lastName } = body;
  return { emailAddress, emailCode, password, firstName, lastName };
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
