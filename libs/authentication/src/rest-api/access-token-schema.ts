import { bodyFormValidator, type BadRequestErrorFactory } from '@org/core/rest-api';
import * as Type from 'typebox';

import { AccessTokenBadRequestError, BadLoginFormError } from '../errors.ts';

const PasswordForm = Type.Object(
  { username: Type.String(), password: Type.String() },
  {
    title: 'Password form',
    examples: [{ username: 'ada@example.com', password: 'correct horse battery staple' }],
  },
);

const OtpForm = Type.Object(
  {
    phone_number: Type.Object({ country_code: Type.String(), phone_number: Type.String() }),
    otp_code: Type.Unknown({
      description: 'A string of digits. Anything else is a wrong code, not a malformed request.',
    }),
  },
  {
    title: 'OTP form',
    examples: [
      {
        phone_number: { country_code: '+91', phone_number: '9999999999' },
        otp_code: '123456',
      },
    ],
  },
);

const RefreshForm = Type.Object(
  { refresh_token: Type.String() },
  {
    title: 'Refresh form',
    examples: [
      {
        refresh_token: '64b000000000000000000001.0.dGhlIHNlY3JldCBvZiBhIHJlZnJlc2ggdG9rZW4hISE',
      },
    ],
  },
);

const AccessTokenReply = Type.Object(
  {
    token: Type.String(),
    account_id: Type.String(),
    expires_at: Type.String({ format: 'date-time' }),
    refresh_token: Type.String(),
    refresh_token_expires_at: Type.String({ format: 'date-time' }),
  },
  {
    examples: [
      {
        token: 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsImtpZCI6IuKApiJ9.e30.c2lnbmF0dXJl',
        account_id: '64b000000000000000000002',
        expires_at: '2026-01-01T00:15:00.000Z',
        refresh_token: '64b000000000000000000001.0.dGhlIHNlY3JldCBvZiBhIHJlZnJlc2ggdG9rZW4hISE',
        refresh_token_expires_at: '2026-01-31T00:00:00.000Z',
      },
    ],
  },
);

export type PasswordFormBody = Type.Static<typeof PasswordForm>;
export type OtpFormBody = Type.Static<typeof OtpForm>;
export type RefreshFormBody = Type.Static<typeof RefreshForm>;
export type AccessTokenReplyBody = Type.Static<typeof AccessTokenReply>;

export interface CreateAccessTokenRoute {
  Body: PasswordFormBody | OtpFormBody | RefreshFormBody;
}

const badLoginForm: BadRequestErrorFactory = (message, details) =>
  new BadLoginFormError(message, details);
const badRequest: BadRequestErrorFactory = (message, details) =>
  new AccessTokenBadRequestError(message, details);

const NO_FORM =
  'The body must have username and password, phone_number and otp_code, or refresh_token.';

export const createAccessTokenSchema = {
  operationId: 'createAccessToken',
  summary: 'Log in with a password or a one-time password, or exchange a refresh token',
  tags: ['access-tokens'],
  body: Type.Union([PasswordForm, OtpForm, RefreshForm]),
  response: { 201: AccessTokenReply },
};

export const createAccessTokenValidator = bodyFormValidator({
  forms: [
    { keys: ['username', 'password'], schema: PasswordForm, badRequest: badLoginForm },
    { keys: ['phone_number', 'otp_code'], schema: OtpForm, badRequest: badLoginForm },
    { keys: ['refresh_token'], schema: RefreshForm, badRequest },
  ],
  noForm: () => badRequest(NO_FORM, [{ path: '', message: NO_FORM }]),
  badRequest,
});

export const deleteCurrentAccessTokenSchema = {
  operationId: 'deleteCurrentAccessToken',
  summary: 'Log out: end the session of this access token',
  tags: ['access-tokens'],
  response: { 204: Type.Null({ description: 'The session has ended.' }) },
};
