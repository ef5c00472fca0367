import { clearSiteData, operationContextOf } from '@org/core/rest-api';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { AccessTokenInvalidError } from '../errors.ts';
import type { LoginService } from '../login-service.ts';
import type { AccessToken } from '../types.ts';
import type { AccessTokenReplyBody, CreateAccessTokenRoute } from './access-token-schema.ts';
import { verifiedAccessTokenOf } from './account-guard.ts';

type CreateAccessTokenRequest = FastifyRequest<CreateAccessTokenRoute>;

export class AccessTokenView {
  readonly #login: LoginService;

  constructor(login: LoginService) {
    this.#login = login;
  }

  createAccessToken = async (
    request: CreateAccessTokenRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const accessToken = await this.#logIn(request);
    return reply.code(201).send(toReplyBody(accessToken));
  };

  deleteCurrentAccessToken = async (
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const bearer = verifiedAccessTokenOf(request);
    if (bearer === undefined) {
      throw new AccessTokenInvalidError();
    }
    await this.#login.logout(bearer, operationContextOf(request));
    return clearSiteData(reply).code(204).send();
  };

  /** The forms in the order in which the schema chooses them. */
  async #logIn(request: CreateAccessTokenRequest): Promise<AccessToken> {
    const { body } = request;
    const context = operationContextOf(request);
    const origin = {
      ip: context.sourceAddress ?? '',
      userAgent: request.headers['user-agent'] ?? '',
    };
    if ('username' in body && 'password' in body) {
      const { username, password } = body;
      return this.#login.loginByUsernameAndPassword({ username, password, ...origin }, context);
    }
    if ('phone_number' in body && 'otp_code' in body) {
      const { phone_number: parts, otp_code: otpCode } = body;
      const phoneNumber = { countryCode: parts.country_code, phoneNumber: parts.phone_number };
      return this.#login.loginByPhoneNumberAndOtp({ phoneNumber, otpCode, ...origin }, context);
    }
    return this.#login.refresh({ refreshToken: body.refresh_token, ...origin }, context);
  }
}

function toReplyBody(accessToken: AccessToken): AccessTokenReplyBody {
  return {
    token: accessToken.token,
    account_id: accessToken.accountId,
    expires_at: accessToken.expiresAt.toISOString(),
    refresh_token: accessToken.refreshToken,
    refresh_token_expires_at: accessToken.refreshTokenExpiresAt.toISOString(),
  };
}
