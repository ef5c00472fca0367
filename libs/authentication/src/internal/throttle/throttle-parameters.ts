import { check } from '@org/core';

import { AccessTokenBadRequestError } from '../../errors.ts';

const { parameters, anyText, optional, phoneNumberParts } = check;

export const checkUnlock = parameters(
  {
    accountId: anyText,
    username: optional(anyText),
    phoneNumber: optional(phoneNumberParts),
    emailAddress: optional(anyText),
  },
  (...problem) => new AccessTokenBadRequestError(...problem),
);
