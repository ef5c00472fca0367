import { check } from '@org/core';

import { AccessTokenBadRequestError } from '../../errors.ts';
import type { AccountIdParams, ThrottledSessionParams } from '../../types.ts';
import { checkAccountId } from '../authentication-parameters.ts';

const { parameters, anyText, id, optional, phoneNumberParts } = check;

const refuse = (...problem: ConstructorParameters<typeof AccessTokenBadRequestError>) =>
  new AccessTokenBadRequestError(...problem);

const checkSessionId = parameters({ sessionId: anyText }, refuse);
/** One of the two. */
export const checkThrottledSession = (params: unknown): ThrottledSessionParams =>
  typeof params === 'object' && params !== null && 'accountId' in params
    ? checkAccountId(params as AccountIdParams)
    : checkSessionId(params as { readonly sessionId: string });
export const checkUnlock = parameters(
  {
    accountId: anyText,
    username: optional(anyText),
    phoneNumber: optional(phoneNumberParts),
    emailAddress: optional(id),
  },
  refuse,
);
