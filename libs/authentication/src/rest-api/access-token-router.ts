import { defineRoute, oneOf } from '@org/core/rest-api';
import * as Type from 'typebox';

import {
  AccessTokenBadRequestError,
  AccessTokenInvalidError,
  BadLoginFormError,
  OtpExpiredError,
  OtpIncorrectError,
} from '../errors.ts';
import {
  AccessTokenReply,
  EmailCodeForm,
  EmailPasswordForm,
  OtpForm,
  PasswordForm,
  RefreshForm,
} from './access-token-schema.ts';

/** What decides before an e-mail address. */
const OTHER_NAMES = ['username', 'phone_number'];

const password = {
  hasAll: ['username', 'password'],
  schema: PasswordForm,
  badRequest: BadLoginFormError,
};
const otp = {
  hasAll: ['phone_number', 'otp_code'],
  schema: OtpForm,
  badRequest: BadLoginFormError,
};
const refresh = { hasAll: ['refresh_token'], schema: RefreshForm };
const emailCode = {
  hasAll: ['email', 'email_code'],
  hasNone: OTHER_NAMES,
  schema: EmailCodeForm,
  badRequest: BadLoginFormError,
};
const emailPassword = {
  hasAll: ['email', 'password'],
  hasNone: OTHER_NAMES,
  schema: EmailPasswordForm,
  badRequest: BadLoginFormError,
};
const FORMS =
  'The body must have username and password, phone_number and otp_code, email and email_code';

export const loginForms = oneOf(
  { password, otp, refresh, emailCode, emailPassword },
  {
    badRequest: AccessTokenBadRequestError,
    noForm: `${FORMS}, email and password, or refresh_token.`,
  },
);

/** What starts a session by cookie, which has no refresh token. */
export const sessionForms = oneOf(
  { password, otp, emailCode, emailPassword },
  { badRequest: AccessTokenBadRequestError, noForm: `${FORMS}, or email and password.` },
);

/** The account directory's errors, which this module does not know. */
const INVALID_CREDENTIALS = { code: 'ACCOUNT_ERR_03', httpStatus: 401 };
const EMAIL_RESERVED = { code: 'ACCOUNT_ERR_06', httpStatus: 409 };

/** What proves nobody's account. */
export const PROOF_ERRORS = [
  BadLoginFormError,
  AccessTokenBadRequestError,
  OtpIncorrectError,
  OtpExpiredError,
  INVALID_CREDENTIALS,
];
export const LOGIN_ERRORS = [...PROOF_ERRORS, EMAIL_RESERVED];

export const accessTokenRoutes = {
  createAccessToken: defineRoute({
    method: 'POST',
    path: '/access-tokens',
    operationId: 'createAccessToken',
    summary: 'Log in with a password or a code, or exchange a refresh token',
    tag: 'access-tokens',
    access: 'anyone',
    body: loginForms,
    reply: { status: 201, schema: AccessTokenReply },
    errors: [...LOGIN_ERRORS, AccessTokenInvalidError],
  }),
  deleteCurrentAccessToken: defineRoute({
    method: 'DELETE',
    path: '/access-tokens/current',
    operationId: 'deleteCurrentAccessToken',
    summary: 'Log out: end the session of this access token',
    tag: 'access-tokens',
    access: 'account',
    reply: { status: 204, schema: Type.Null({ description: 'The session has ended.' }) },
  }),
};
