import { check, normalizeEmailAddress } from '@org/core';

import { AccessTokenBadRequestError, BadLoginFormError } from '../errors.ts';

const { parameters, anyText, id, optional, nullable, finiteNumber, callback, anything, record } =
  check;
const { flag, time, oneOf, phoneNumberParts: phoneNumber } = check;

const refuse = (...problem: ConstructorParameters<typeof AccessTokenBadRequestError>) =>
  new AccessTokenBadRequestError(...problem);
const refuseLogin = (...problem: ConstructorParameters<typeof BadLoginFormError>) =>
  new BadLoginFormError(...problem);

const accountId = id;
const normalizedNumber = record({ countryCode: id, phoneNumber: id });
const PURPOSE = /^(?:login|contact:.+)$/s;
const purpose: typeof id = (value, path) =>
  id(value, path) ??
  (PURPOSE.test(value as string)
    ? undefined
    : { path, message: 'purpose must be login, or contact: and an id' });
// Clients know it by this name.
const emailAddress: typeof id = (value) => {
  const path = '/email';
  return (
    anyText(value, path) ??
    (normalizeEmailAddress(value as string) === undefined
      ? { path, message: 'email must be an e-mail address' }
      : undefined)
  );
};
/** In Unicode code points. */
const NAME_MAXIMUM_LENGTH = 256;
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;
const nameText = check.text(NAME_MAXIMUM_LENGTH);
// Checked before the code is used up, not only when the account is stored.
const name: typeof id = (value, path) => {
  const problem = nameText(value, path);
  if (problem !== undefined) {
    return problem;
  }
  const field = path.slice(1);
  if (Array.from(value as string).length > NAME_MAXIMUM_LENGTH) {
    return { path, message: `${field} must have at most ${NAME_MAXIMUM_LENGTH} characters` };
  }
  return CONTROL.test(value as string)
    ? { path, message: `${field} must not have control characters` }
    : undefined;
};
// The client's name for itself is shortened when stored.
const origin = { userAgent: anyText, ip: id };
const session = { accountId, sessionId: anyText };
const replacedSession = optional(record(session));
const login = { transport: optional(oneOf('token', 'cookie')), replacedSession, ...origin };
const message = {
  locale: optional(anyText),
  timeZone: optional(anyText),
  isWithheld: optional(flag),
};
const authenticationMethod = oneOf('password', 'otp', 'email_code');

/**
 * Parameters of the services' methods. Text that is only compared may be of any length; text that
 * is stored or looked up is bounded.
 */
export const checkPasswordLogin = parameters(
  { username: anyText, password: anyText, ...login },
  refuseLogin,
);
export const checkOtpLogin = parameters({ phoneNumber, otpCode: anything, ...login }, refuseLogin);
export const checkEmailLoginRequest = parameters({ emailAddress, ...origin }, refuseLogin);
export const checkEmailPasswordLogin = parameters(
  { emailAddress, password: anyText, ...login },
  refuseLogin,
);
export const checkEmailCodeLogin = parameters(
  {
    emailAddress,
    emailCode: anything,
    password: optional(anyText),
    firstName: optional(name),
    lastName: optional(name),
    actingAccountId: optional(id),
    ...login,
  },
  refuseLogin,
);
export const checkEmailCodeDemand = parameters({ emailAddress }, refuseLogin);
export const checkEmailCodeRequest = parameters(
  {
    emailAddress,
    purpose: optional(purpose),
    accountId: optional(id),
    topic: optional(check.oneOf('email-code', 'email-known', 'contact-code')),
    hashedPassword: optional(id),
    origin: optional(record({ userAgent: optional(anyText), ip: optional(id) })),
    ...message,
  },
  refuseLogin,
);
export const checkEmailCode = parameters(
  { emailAddress, code: anything, purpose: optional(purpose), isFromStranger: optional(flag) },
  refuseLogin,
);
export const checkEmailCodesToRevoke = parameters(
  { emailAddress, purpose: optional(purpose) },
  refuseLogin,
);
export const checkEmailCodesToDelete = parameters(
  { emailAddress, emailAddressOwnedUntil: optional(time) },
  refuseLogin,
);
export const checkRefresh = parameters(
  { refreshToken: anyText, ...origin, onReuse: optional(callback) },
  refuse,
);
export const checkNewAccessToken = parameters(
  {
    accountId,
    sessionEpoch: optional(finiteNumber),
    authenticatedBy: optional(authenticationMethod),
    replacedSession,
    ...origin,
    onNewDevice: optional(callback),
  },
  refuse,
);
export const checkCookieValue = parameters({ value: anyText }, refuse);
export const checkProlongation = parameters({ value: anyText, ...origin }, refuse);
export const checkToken = parameters({ token: anyText }, refuse);
export const checkAccountId = parameters({ accountId }, refuse);
export const checkName = parameters({ name: anyText }, refuse);
export const checkPhoneNumber = parameters({ phoneNumber }, refuse);
const checkEmailAddress = parameters({ emailAddress }, refuse);
/** One of the two. */
export const checkCodeRecipient: typeof checkPhoneNumber = (params) =>
  typeof params === 'object' && params !== null && 'emailAddress' in params
    ? checkEmailAddress(params)
    : checkPhoneNumber(params);
export const checkSessions = parameters({ accountId, currentSessionId: optional(anyText) }, refuse);
export const checkSession = parameters(session, refuse);
export const checkRecentSession = parameters(
  { ...session, cookieGeneration: optional(finiteNumber), isAlwaysRequired: optional(flag) },
  refuse,
);
const again = { ...session, cookieValue: optional(anyText) };
export const checkPasswordAgain = parameters({ ...again, password: anyText }, refuseLogin);
export const checkOtpAgain = parameters({ ...again, otpCode: anything }, refuseLogin);
export const checkEmailCodeAgain = parameters({ ...again, emailCode: anything }, refuseLogin);
const renewal = {
  ...session,
  sessionEpoch: optional(finiteNumber),
  authenticatedBy: authenticationMethod,
};
export const checkRenewal = parameters(renewal, refuse);
export const checkCookieRenewal = parameters({ ...renewal, value: anyText }, refuse);
export const checkEndOfSessions = parameters(
  {
    accountId,
    kept: optional(record({ sessionId: anyText, sessionEpoch: optional(finiteNumber) })),
  },
  refuse,
);
export const checkResetAttempt = parameters({ accountId: anyText }, refuse);
export const checkNotice = parameters({ recipient: id, isProved: optional(flag) }, refuse);
export const checkNormalizedNumber = parameters({ phoneNumber: normalizedNumber }, refuse);
export const checkOtpDemand = parameters(
  { phoneNumber: normalizedNumber, isProved: optional(flag) },
  refuse,
);
export const checkOtpRequest = parameters(
  {
    phoneNumber: normalizedNumber,
    accountId,
    purpose: optional(purpose),
    isProved: optional(flag),
    ...message,
  },
  refuse,
);
export const checkOtpsToRevoke = parameters(
  { phoneNumber: normalizedNumber, purpose: optional(purpose) },
  refuse,
);
export const checkOtpsToDelete = parameters(
  { phoneNumber: normalizedNumber, phoneNumberOwnedUntil: optional(time) },
  refuse,
);
export const checkPurpose = parameters({ purpose }, refuse);
export const checkEmailCodePurpose = parameters({ purpose }, refuseLogin);
export const checkOtp = parameters(
  { phoneNumber, otpCode: anything, purpose: optional(purpose), isFromStranger: optional(flag) },
  refuse,
);
export const checkNewPasswordResetToken = parameters(
  { accountId, emailAddress: optional(id) },
  refuse,
);
export const checkPasswordResetToken = parameters({ accountId, token: anyText }, refuse);
export const checkDataOfAccount = parameters(
  {
    accountId,
    phoneNumber: optional(nullable(normalizedNumber)),
    phoneNumberOwnedUntil: optional(time),
    emailAddress: optional(nullable(emailAddress)),
    emailAddressOwnedUntil: optional(time),
  },
  refuse,
);
