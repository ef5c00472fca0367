import { defineError, type ErrorDetail } from '@org/core';

import type { PasswordResetTokenRefusal } from './types.ts';

export const AccessTokenErrorCode = {
  UNAUTHORIZED_ACCESS: 'ACCESS_TOKEN_ERR_01',
  EXPIRED: 'ACCESS_TOKEN_ERR_02',
  AUTHORIZATION_HEADER_NOT_FOUND: 'ACCESS_TOKEN_ERR_03',
  INVALID_AUTHORIZATION_HEADER: 'ACCESS_TOKEN_ERR_04',
  INVALID: 'ACCESS_TOKEN_ERR_05',
  SIGNING_KEY_UNUSABLE: 'ACCESS_TOKEN_ERR_06',
  BAD_REQUEST: 'ACCESS_TOKEN_ERR_07',
  AUTHENTICATION_NOT_RECENT: 'ACCESS_TOKEN_ERR_08',
  /** Clients know this error by the account module's code. */
  BAD_LOGIN_FORM: 'ACCOUNT_ERR_04',
} as const;

export const OtpErrorCode = {
  INCORRECT: 'OTP_ERR_01',
  EXPIRED: 'OTP_ERR_02',
  REQUEST_FAILED: 'OTP_ERR_03',
} as const;

export const PasswordResetTokenErrorCode = {
  NOT_FOUND: 'PASSWORD_RESET_TOKEN_ERR_01',
  /** Clients know this error by the account module's code. */
  UNUSABLE: 'ACCOUNT_ERR_04',
} as const;

/** The token is valid, but for a different account than the one in the path. */
export class UnauthorizedAccessError extends defineError(
  AccessTokenErrorCode.UNAUTHORIZED_ACCESS,
  401,
) {
  constructor() {
    super('You are not authorized to access this account.');
  }
}

export class AccessTokenExpiredError extends defineError(AccessTokenErrorCode.EXPIRED, 401) {
  constructor(cause?: unknown) {
    super('Access token has expired. Please login again.', { cause });
  }
}

export class AuthorizationHeaderNotFoundError extends defineError(
  AccessTokenErrorCode.AUTHORIZATION_HEADER_NOT_FOUND,
  401,
) {
  constructor() {
    super('The request has neither an access token nor a session cookie. Please log in.');
  }
}

export class InvalidAuthorizationHeaderError extends defineError(
  AccessTokenErrorCode.INVALID_AUTHORIZATION_HEADER,
  401,
) {
  constructor() {
    super('The Authorization header must be "Bearer", a space and an access token.');
  }
}

/** The token was not issued here, was tampered with, or its session has ended. */
export class AccessTokenInvalidError extends defineError(AccessTokenErrorCode.INVALID, 401) {
  /** The session's account, if the token is genuine. Not sent to the client. */
  readonly accountId: string | undefined;

  constructor(cause?: unknown, accountId?: string) {
    super('The session has ended, or its token or cookie is invalid. Please log in again.', {
      cause,
    });
    this.accountId = accountId;
  }
}

/**
 * A stored signing or digest key cannot be decrypted, as after a change of SECRET_KEY. Thrown at
 * startup.
 */
export class SigningKeyUnusableError extends defineError(
  AccessTokenErrorCode.SIGNING_KEY_UNUSABLE,
  500,
) {
  constructor(keyId: string, cause: unknown) {
    super(
      `The stored key ${keyId} cannot be decrypted with the configured secret key. ` +
        'Configure the secret key that it was stored with as the current or the previous one.',
      { cause },
    );
  }
}

/**
 * The session is alive, but what it asks for needs a more recent authentication. Not a 401, which
 * clients answer with a refresh: that would not help.
 */
export class AuthenticationNotRecentError extends defineError(
  AccessTokenErrorCode.AUTHENTICATION_NOT_RECENT,
  403,
) {
  constructor({ maximumAgeSeconds }: { readonly maximumAgeSeconds: number }) {
    super('Please authenticate again to do this.', {
      challenge: `Bearer error="insufficient_user_authentication", max_age=${maximumAgeSeconds}`,
    });
  }
}

/** This module does not understand the request. */
export class AccessTokenBadRequestError extends defineError(AccessTokenErrorCode.BAD_REQUEST, 400) {
  constructor(message: string, details?: readonly ErrorDetail[]) {
    super(message, { details });
  }
}

/** A password or OTP form with fields of the wrong type. */
export class BadLoginFormError extends defineError(AccessTokenErrorCode.BAD_LOGIN_FORM, 400) {
  constructor(message: string, details?: readonly ErrorDetail[]) {
    super(message, { details });
  }
}

/**
 * A refresh token was used after it had been exchanged: someone has a copy. Its session was ended.
 * The client sees the same error as for any other invalid token.
 */
export class RefreshTokenReusedError extends defineError(AccessTokenErrorCode.INVALID, 401) {
  /** The session's account. */
  readonly accountId: string;

  constructor(accountId: string) {
    super(new AccessTokenInvalidError().message);
    this.accountId = accountId;
  }
}

/** A wrong code, a number without one, or one that was tried too often. */
export class OtpIncorrectError extends defineError(OtpErrorCode.INCORRECT, 400) {
  constructor() {
    super('Please provide the correct OTP to login.');
  }
}

/** A correct code that has been used, replaced by a newer one, or is too old. */
export class OtpExpiredError extends defineError(OtpErrorCode.EXPIRED, 400) {
  constructor() {
    super('The OTP has expired. Please request a new OTP.');
  }
}

const INVALID_PHONE_NUMBER = 'Please provide a valid phone number.';

/** A phone number that cannot be sent codes. */
export class OtpRequestFailedError extends defineError(OtpErrorCode.REQUEST_FAILED, 400) {
  constructor() {
    super(INVALID_PHONE_NUMBER, {
      details: [{ path: '/phone_number', message: INVALID_PHONE_NUMBER }],
    });
  }
}

/** The account has never asked for a password reset. */
export class PasswordResetTokenNotFoundError extends defineError(
  PasswordResetTokenErrorCode.NOT_FOUND,
  404,
) {
  constructor() {
    super('System is unable to find a token with this account');
  }
}

/** A password reset token that is too old, was used, or is not the account's newest. */
export class PasswordResetTokenUnusableError extends defineError(
  PasswordResetTokenErrorCode.UNUSABLE,
  400,
) {
  readonly reason: PasswordResetTokenRefusal;

  constructor(reason: PasswordResetTokenRefusal, accountId: string) {
    super(messageOfRefusal(reason, accountId));
    this.reason = reason;
  }
}

/** The exact texts that existing clients know. */
function messageOfRefusal(reason: PasswordResetTokenRefusal, accountId: string): string {
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
