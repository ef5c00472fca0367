import { check } from '@org/core';

import { AccessTokenBadRequestError } from '../../errors.ts';

const { parameters, anyText, id, optional, phoneNumberParts } = check;

const refuse = (...problem: ConstructorParameters<typeof AccessTokenBadRequestError>) =>
  new AccessTokenBadRequestError(...problem);

const checkName = parameters({ name: anyText }, refuse);
const checkEmailAddress = parameters({ emailAddress: anyText }, refuse);
/** One of the two. */
export const checkLoginName: typeof checkName = (params) =>
  typeof params === 'object' && params !== null && 'emailAddress' in params
    ? checkEmailAddress(params)
    : checkName(params);
export const checkThrottledSession = parameters(
  { accountId: id, sessionId: optional(anyText) },
  refuse,
);
export const checkUnlock = parameters(
  {
    accountId: anyText,
    username: optional(anyText),
    phoneNumber: optional(phoneNumberParts),
    emailAddress: optional(anyText),
  },
  refuse,
);
