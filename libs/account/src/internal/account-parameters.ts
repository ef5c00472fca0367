import { check, normalizeEmailAddress } from '@org/core';

import { AccountBadRequestError } from '../errors.ts';
import type { DeclaredFields } from '../fields/declared-fields.ts';
import type { Profile } from '../types.ts';
import { PASSWORD_MAXIMUM_LENGTH } from './password/password-text.ts';
import { lengthOf } from './text-length.ts';
import { USERNAME_MAXIMUM_LENGTH } from './username.ts';

/** In Unicode code points. */
const NAME_MAXIMUM_LENGTH = 256;
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

const { parameters, text, anyText, optional, nullable, phoneNumberParts } = check;
const { callback, flag, time } = check;

const refuse = (...problem: ConstructorParameters<typeof AccountBadRequestError>) =>
  new AccountBadRequestError(...problem);

const name = text(NAME_MAXIMUM_LENGTH);
const newPassword = text(PASSWORD_MAXIMUM_LENGTH);
const accountId = anyText;
const asyncIterable = (value: unknown, path: string) =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value
    ? undefined
    : { path, message: `${path.slice(1)} must be an async iterable` };

/** Parameters of the service's methods. Text that is only compared may be of any length. */
export const checkAccountId = parameters({ accountId }, refuse);
export const checkId = parameters({ id: anyText }, refuse);
export const checkUsername = parameters({ username: anyText }, refuse);
export const checkPhoneNumber = parameters({ phoneNumber: phoneNumberParts }, refuse);
export const checkNameOrNumber = parameters(
  { username: optional(anyText), phoneNumber: optional(phoneNumberParts) },
  refuse,
);
export const checkUsernameAndPassword = parameters(
  { username: anyText, password: anyText },
  refuse,
);
export const checkIdAndPassword = parameters({ accountId, password: anyText }, refuse);
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
export const checkEmail = parameters({ emailAddress: anyText }, refuse);
export const checkEmailAndPassword = parameters(
  { emailAddress: anyText, password: anyText },
  refuse,
);
const names = { firstName: optional(name), lastName: optional(name) };
const origin = optional(check.record({ userAgent: anyText, ip: anyText }));
export const checkEmailSignUp = parameters(
  {
    emailAddress: anyText,
    password: newPassword,
    origin,
    ...names,
  },
  refuse,
);
export const checkContactChange = parameters(
  {
    accountId,
    emailAddress: optional(anyText),
    phoneNumber: optional(phoneNumberParts),
    origin,
  },
  refuse,
);
export const checkContactConfirmation = parameters(
  { accountId, changeId: anyText, code: check.anything },
  refuse,
);
export const checkContactRemoval = parameters(
  { accountId, kind: check.oneOf('email', 'phone') },
  refuse,
);
export const checkContactRequestId = parameters({ requestId: anyText }, refuse);
export const checkPage = parameters(
  { limit: optional(check.finiteNumber), cursor: optional(text(1_024)) },
  refuse,
);
export const checkResend = parameters(
  { accountId, channel: check.oneOf('email', 'phone') },
  refuse,
);
export const checkSearch = parameters(
  {
    query: text(USERNAME_MAXIMUM_LENGTH),
    state: optional(check.oneOf('active', 'disabled', 'deleted')),
    limit: optional(check.finiteNumber),
    cursor: optional(text(16_384)),
  },
  refuse,
);
export const checkImport = parameters(
  { lines: asyncIterable, isDryRun: optional(flag), beforeRetry: optional(callback) },
  refuse,
);
export const checkAccountsExport = parameters({ withHashes: optional(flag) }, refuse);
export const checkReversal = parameters({ token: anyText }, refuse);
export const checkProvedEmail = parameters(
  {
    emailAddress: anyText,
    password: optional(anyText),
    hashedPassword: optional(anyText),
    actingAccountId: optional(anyText),
    ...names,
  },
  refuse,
);
/** @throws AccountBadRequestError if it is asked for an e-mail address that is none */
export function checkResetRequest<Request>(request: Request): Request {
  const isByEmail = typeof request === 'object' && request !== null && 'emailAddress' in request;
  if (!isByEmail) {
    return checkUsername(request);
  }
  const { emailAddress } = checkEmail(request as { readonly emailAddress: string });
  normalizeEmail(emailAddress);
  return request;
}

export const checkNewDevice = parameters(
  {
    accountId,
    sessionId: anyText,
    isFirst: flag,
    device: nullable(anyText),
    browser: nullable(anyText),
    ip: anyText,
    key: check.id,
    at: time,
    authenticatedBy: optional(check.oneOf('password', 'otp', 'email_code')),
    token: anyText,
  },
  refuse,
);
export const checkPasswordReset = parameters({ accountId, token: anyText, newPassword }, refuse);
export const checkUnsubscribeToken = parameters({ token: anyText }, refuse);

/**
 * @returns the form in which it is stored: NFKC
 * @throws AccountBadRequestError if it is no e-mail address
 */
export function normalizeEmail(emailAddress: string): string {
  const normalized = normalizeEmailAddress(emailAddress);
  if (normalized === undefined) {
    throw AccountBadRequestError.ofField('email', 'must be an e-mail address');
  }
  return normalized;
}

/** @throws AccountBadRequestError if a given name is too long or has control characters */
export function checkNames({ firstName, lastName }: Profile): void {
  checkName('first_name', firstName ?? '');
  checkName('last_name', lastName ?? '');
}

/** @throws AccountBadRequestError for the first declared field whose value may not be stored */
export function checkDeclaredFields(params: object, fields: DeclaredFields): void {
  const problem = fields.findProblem(params as Readonly<Record<string, unknown>>);
  if (problem !== undefined) {
    throw new AccountBadRequestError(problem.message, [problem]);
  }
}

function checkName(field: 'first_name' | 'last_name', name: string): void {
  if (lengthOf(name) > NAME_MAXIMUM_LENGTH) {
    throw AccountBadRequestError.ofField(
      field,
      `must have at most ${NAME_MAXIMUM_LENGTH} characters`,
    );
  }
  if (CONTROL.test(name)) {
    throw AccountBadRequestError.ofField(field, 'must not have control characters');
  }
}
