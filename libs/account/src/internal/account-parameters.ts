import { check } from '@org/core';

import { AccountBadRequestError } from '../errors.ts';
import { NAME_MAXIMUM_LENGTH, USERNAME_MAXIMUM_LENGTH } from './account-names.ts';
import { PASSWORD_MAXIMUM_LENGTH } from './password/password-text.ts';

const { parameters, text, anyText, optional, nullable, flag, phoneNumberParts } = check;

const refuse = (...problem: ConstructorParameters<typeof AccountBadRequestError>) =>
  new AccountBadRequestError(...problem);

const name = text(NAME_MAXIMUM_LENGTH);
const newPassword = text(PASSWORD_MAXIMUM_LENGTH);
const accountId = anyText;

/** What the service's methods are given. Where a text only has to be the right one, any will do. */
export const checkAccountId = parameters({ accountId }, refuse);
export const checkId = parameters({ id: anyText }, refuse);
export const checkUsername = parameters({ username: anyText }, refuse);
export const checkPhoneNumber = parameters({ phoneNumber: phoneNumberParts }, refuse);
export const checkUsernameAndPassword = parameters(
  { username: anyText, password: anyText },
  refuse,
);
export const checkSignUp = parameters(
  {
    firstName: name,
    lastName: name,
    username: text(USERNAME_MAXIMUM_LENGTH),
    password: newPassword,
  },
  refuse,
);
export const checkProfile = parameters(
  { accountId, firstName: optional(nullable(name)), lastName: optional(nullable(name)) },
  refuse,
);
export const checkPasswordChange = parameters(
  { accountId, currentPassword: anyText, newPassword, currentSessionId: optional(anyText) },
  refuse,
);
export const checkPasswordReset = parameters({ accountId, token: anyText, newPassword }, refuse);
export const checkPreferences = parameters(
  {
    accountId,
    emailEnabled: optional(flag),
    pushEnabled: optional(flag),
    smsEnabled: optional(flag),
  },
  refuse,
);
