import { check } from '@org/core';

import { AccessTokenBadRequestError, BadLoginFormError } from '../errors.ts';

const { parameters, anyText, id, optional, nullable, finiteNumber, callback, anything, record } =
  check;
const { flag, time } = check;

const refuse = (...problem: ConstructorParameters<typeof AccessTokenBadRequestError>) =>
  new AccessTokenBadRequestError(...problem);
const refuseLogin = (...problem: ConstructorParameters<typeof BadLoginFormError>) =>
  new BadLoginFormError(...problem);

const accountId = id;
const phoneNumber = check.phoneNumberParts;
const normalizedNumber = record({ countryCode: id, phoneNumber: id });
// The client's name for itself is shortened when stored.
const origin = { userAgent: anyText, ip: id };

/**
 * Parameters of the services' methods. Text that is only compared may be of any length; text that
 * is stored or looked up is bounded.
 */
export const checkPasswordLogin = parameters(
  { username: anyText, password: anyText, ...origin },
  refuseLogin,
);
export const checkOtpLogin = parameters({ phoneNumber, otpCode: anything, ...origin }, refuseLogin);
export const checkRefresh = parameters(
  { refreshToken: anyText, ...origin, onReuse: optional(callback) },
  refuse,
);
export const checkNewAccessToken = parameters(
  { accountId, sessionEpoch: optional(finiteNumber), ...origin },
  refuse,
);
export const checkToken = parameters({ token: anyText }, refuse);
export const checkAccountId = parameters({ accountId }, refuse);
export const checkName = parameters({ name: anyText }, refuse);
export const checkPhoneNumber = parameters({ phoneNumber }, refuse);
export const checkSessions = parameters({ accountId, currentSessionId: optional(anyText) }, refuse);
export const checkSession = parameters({ accountId, sessionId: anyText }, refuse);
export const checkEndOfSessions = parameters(
  {
    accountId,
    kept: optional(record({ sessionId: anyText, sessionEpoch: optional(finiteNumber) })),
  },
  refuse,
);
export const checkResetAttempt = parameters({ accountId: anyText }, refuse);
export const checkRecipient = parameters({ recipient: id }, refuse);
export const checkNormalizedNumber = parameters({ phoneNumber: normalizedNumber }, refuse);
export const checkOtpDemand = parameters(
  { phoneNumber: normalizedNumber, isProved: optional(flag) },
  refuse,
);
export const checkOtpRequest = parameters(
  {
    phoneNumber: normalizedNumber,
    accountId,
    isProved: optional(flag),
    locale: optional(anyText),
    timeZone: optional(anyText),
  },
  refuse,
);
export const checkOtpsToDelete = parameters(
  { phoneNumber: normalizedNumber, phoneNumberOwnedUntil: optional(time) },
  refuse,
);
export const checkOtp = parameters(
  { phoneNumber, otpCode: anything, isFromStranger: optional(flag) },
  refuse,
);
export const checkNewPasswordResetToken = parameters(
  { accountId, emailAddress: optional(anyText) },
  refuse,
);
export const checkPasswordResetToken = parameters({ accountId, token: anyText }, refuse);
export const checkDataOfAccount = parameters(
  {
    accountId,
    phoneNumber: optional(nullable(normalizedNumber)),
    phoneNumberOwnedUntil: optional(time),
  },
  refuse,
);
