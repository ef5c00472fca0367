import { AppError, type ErrorDetail } from '@org/core';

export const AccessTokenErrorCode = {
  UNAUTHORIZED_ACCESS: 'ACCESS_TOKEN_ERR_01',
  EXPIRED: 'ACCESS_TOKEN_ERR_02',
  AUTHORIZATION_HEADER_NOT_FOUND: 'ACCESS_TOKEN_ERR_03',
  INVALID_AUTHORIZATION_HEADER: 'ACCESS_TOKEN_ERR_04',
  INVALID: 'ACCESS_TOKEN_ERR_05',
  SIGNING_KEY_UNUSABLE: 'ACCESS_TOKEN_ERR_06',
  BAD_REQUEST: 'ACCESS_TOKEN_ERR_07',
  /** Clients know a password form of wrong types by the code of the account module. */
  BAD_PASSWORD_FORM: 'ACCOUNT_ERR_04',
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
  constructor(cause?: unknown) {
    super({
      code: AccessTokenErrorCode.INVALID,
      httpStatus: 401,
      message: 'The access token is invalid.',
      cause,
    });
  }
}

/** The stored signing key cannot be opened, as after a change of SECRET_KEY. Thrown at start-up. */
export class SigningKeyUnusableError extends AppError {
  constructor(keyId: string, cause: unknown) {
    super({
      code: AccessTokenErrorCode.SIGNING_KEY_UNUSABLE,
      httpStatus: 500,
      message:
        `The access token signing key ${keyId} cannot be decrypted with the configured secret key. ` +
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

/** A password form whose fields are no strings. */
export class BadPasswordFormError extends AppError {
  constructor(message: string, details: readonly ErrorDetail[]) {
    super({ code: AccessTokenErrorCode.BAD_PASSWORD_FORM, httpStatus: 400, message, details });
  }
}
