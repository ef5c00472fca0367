import { AppError, type ErrorDetail } from '@org/core';

import type { PasswordResetTokenRefusal } from './types.ts';

export const AccessTokenErrorCode = {
  UNAUTHORIZED_ACCESS: 'ACCESS_TOKEN_ERR_01',
  EXPIRED: 'ACCESS_TOKEN_ERR_02',
  AUTHORIZATION_HEADER_NOT_FOUND: 'ACCESS_TOKEN_ERR_03',
  INVALID_AUTHORIZATION_HEADER: 'ACCESS_TOKEN_ERR_04',
  INVALID: 'ACCESS_TOKEN_ERR_05',
  SIGNING_KEY_UNUSABLE: 'ACCESS_TOKEN_ERR_06',
  BAD_REQUEST: 'ACCESS_TOKEN_ERR_07',
  /** Clients know a form of wrong types by the code of the account module. */
  BAD_LOGIN_FORM: 'ACCOUNT_ERR_04',
} as const;

export const OtpErrorCode = {
  INCORRECT: 'OTP_ERR_01',
  EXPIRED: 'OTP_ERR_02',
  REQUEST_FAILED: 'OTP_ERR_03',
} as const;

export const PasswordResetTokenErrorCode = {
  NOT_FOUND: 'PASSWORD_RESET_TOKEN_ERR_01',
  /** Clients know an unusable token by the code of the account module. */
  UNUSABLE: 'ACCOUNT_ERR_04',
} as const;

/** The token is good, but for another account than the one in the path. */
export class UnauthorizedAccessError extends AppError {
  constructor() {
    super({
      code: AccessTokenErrorCode.UNAUTHORIZED_ACCESS,
      httpStatus: 401,
      message: 'You are not authorized to access this account.',
    });
  }
}

export class AccessTokenExpiredError extends AppError {
  constructor(cause?: unknown) {
    super({
      code: AccessTokenErrorCode.EXPIRED,
      httpStatus: 401,
      message: 'Access token has expired. Please login again.',
      cause,
    });
  }
}

export class AuthorizationHeaderNotFoundError extends AppError {
  constructor() {
    super({
      code: AccessTokenErrorCode.AUTHORIZATION_HEADER_NOT_FOUND,
      httpStatus: 401,
      message: 'The Authorization header is missing.',
    });
  }
}

export class InvalidAuthorizationHeaderError extends AppError {
  constructor() {
    super({
      code: AccessTokenErrorCode.INVALID_AUTHORIZATION_HEADER,
      httpStatus: 401,
      message: 'The Authorization header must be "Bearer", one blank and an access token.',
    });
  }
}

/** The token was not issued here, was tampered with, or its session has ended. */
export class AccessTokenInvalidError extends AppError {
  /** Whose session it was, where the token is genuine. The client is not told. */
  readonly accountId: string | undefined;

  constructor(cause?: unknown, accountId?: string) {
    super({
      code: AccessTokenErrorCode.INVALID,
      httpStatus: 401,
      message: 'The token is invalid or its session has ended. Please login again.',
      cause,
    });
    this.accountId = accountId;
  }
}

/** A stored key, to sign or to make digests, cannot be opened, as after a change of SECRET_KEY. Thrown at start-up. */
export class SigningKeyUnusableError extends AppError {
  constructor(keyId: string, cause: unknown) {
    super({
      code: AccessTokenErrorCode.SIGNING_KEY_UNUSABLE,
      httpStatus: 500,
      message:
        `The stored key ${keyId} cannot be decrypted with the configured secret key. ` +
        'Configure the secret key that it was stored with as the current or the previous one.',
      cause,
    });
  }
}

/** The request is not one that this module understands. */
export class AccessTokenBadRequestError extends AppError {
  constructor(message: string, details?: readonly ErrorDetail[]) {
    super({ code: AccessTokenErrorCode.BAD_REQUEST, httpStatus: 400, message, details });
  }
}

/** A password, OTP or reset form whose fields have other types. */
export class BadLoginFormError extends AppError {
  constructor(message: string, details?: readonly ErrorDetail[]) {
    super({ code: AccessTokenErrorCode.BAD_LOGIN_FORM, httpStatus: 400, message, details });
  }
}

/**
 * A refresh token that had been exchanged already: somebody has a copy. Its session was ended. To the
 * client it is a token like any other invalid one.
 */
export class RefreshTokenReusedError extends AppError {
  /** Whose session it was. */
  readonly accountId: string;

  constructor(accountId: string) {
    super({
      code: AccessTokenErrorCode.INVALID,
      httpStatus: 401,
      message: new AccessTokenInvalidError().message,
    });
    this.accountId = accountId;
  }
}

/** A wrong code, a number without one, or one that was tried too often. */
export class OtpIncorrectError extends AppError {
  constructor() {
    super({
      code: OtpErrorCode.INCORRECT,
      httpStatus: 400,
      message: 'Please provide the correct OTP to login.',
    });
  }
}

/** A right code that was used already, followed by a newer one, or too old. */
export class OtpExpiredError extends AppError {
  constructor() {
    super({
      code: OtpErrorCode.EXPIRED,
      httpStatus: 400,
      message: 'The OTP has expired. Please request a new OTP.',
    });
  }
}

const INVALID_PHONE_NUMBER = 'Please provide a valid phone number.';

/** A phone number that no code can be sent to. */
export class OtpRequestFailedError extends AppError {
  constructor() {
    super({
      code: OtpErrorCode.REQUEST_FAILED,
      httpStatus: 400,
      message: INVALID_PHONE_NUMBER,
      details: [{ path: '/phone_number', message: INVALID_PHONE_NUMBER }],
    });
  }
}

/** The account has never asked for a password reset. */
export class PasswordResetTokenNotFoundError extends AppError {
  constructor() {
    super({
      code: PasswordResetTokenErrorCode.NOT_FOUND,
      httpStatus: 404,
      message: 'System is unable to find a token with this account',
    });
  }
}

/** A password reset token that is too old, was used, or is not the account's newest. */
export class PasswordResetTokenUnusableError extends AppError {
  readonly reason: PasswordResetTokenRefusal;

  constructor(reason: PasswordResetTokenRefusal, accountId: string) {
    super({
      code: PasswordResetTokenErrorCode.UNUSABLE,
      httpStatus: 400,
      message: describeRefusal(reason, accountId),
    });
    this.reason = reason;
  }
}

/** The texts that existing clients know, to the last full stop. */
function describeRefusal(reason: PasswordResetTokenRefusal, accountId: string): string {
  const advice = 'Please retry with new link';
  switch (reason) {
    case 'expired':
      return `Password reset link is expired for accountId ${accountId}. ${advice}`;
    case 'used':
      return `Password reset is already used for accountId ${accountId}. ${advice}`;
    case 'invalid':
      return `Password reset link is invalid for accountId ${accountId}. ${advice}.`;
  }
}
