import { AppError, type ErrorDetail } from '@org/core';

export const AccountErrorCode = {
  USERNAME_EXISTS: 'ACCOUNT_ERR_01',
  NOT_FOUND: 'ACCOUNT_ERR_02',
  INVALID_CREDENTIALS: 'ACCOUNT_ERR_03',
  BAD_REQUEST: 'ACCOUNT_ERR_04',
} as const;

export class AccountWithUserNameExistsError extends AppError {
  constructor(username: string, cause?: unknown) {
    super({
      code: AccountErrorCode.USERNAME_EXISTS,
      httpStatus: 409,
      message: `An account with the username ${username} already exists.`,
      cause,
    });
  }
}

export class AccountWithIdNotFoundError extends AppError {
  constructor(id: string) {
    super({
      code: AccountErrorCode.NOT_FOUND,
      httpStatus: 404,
      message: `We could not find an account with id: ${id}. Please verify and try again.`,
    });
  }
}

/** The username is unknown or the password wrong; the error does not tell which. */
export class AccountInvalidCredentialsError extends AppError {
  constructor() {
    super({
      code: AccountErrorCode.INVALID_CREDENTIALS,
      httpStatus: 401,
      message: 'The username or the password is wrong.',
    });
  }
}

/** What was sent cannot be accepted; the message says why. */
export class AccountBadRequestError extends AppError {
  constructor(message: string, details?: readonly ErrorDetail[]) {
    super({ code: AccountErrorCode.BAD_REQUEST, httpStatus: 400, message, details });
  }
}
