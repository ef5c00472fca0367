import { bodyFormValidator } from '@org/core/rest-api';
import { Type, type Static } from 'typebox';

import { AccessTokenBadRequestError, BadLoginFormError } from '../errors.ts';

const PasswordForm = Type.Object({ username: Type.String(), password: Type.String() });

const AccessTokenReply = Type.Object({
  token: Type.String(),
  account_id: Type.String(),
  expires_at: Type.String({ format: 'date-time' }),
});

export type AccessTokenReplyBody = Static<typeof AccessTokenReply>;

export interface CreateAccessTokenRoute {
  Body: Static<typeof PasswordForm>;
}

export const createAccessTokenSchema = {
  body: PasswordForm,
  response: { 201: AccessTokenReply },
};

export const createAccessTokenValidator = bodyFormValidator({
  forms: [
    {
      keys: ['username', 'password'],
      schema: PasswordForm,
      badRequest: (message, details) => new BadLoginFormError(message, details),
    },
  ],
  noForm: () => new AccessTokenBadRequestError('The body must have username and password.'),
  badRequest: (message, details) => new AccessTokenBadRequestError(message, details),
});
