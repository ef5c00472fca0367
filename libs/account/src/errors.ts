import { AppError, type ErrorDetail } from '@org/core';

export const AccountErrorCode = {
  USERNAME_EXISTS: 'ACCOUNT_ERR_01',
  NOT_FOUND: 'ACCOUNT_ERR_02',
  INVALID_CREDENTIALS: 'ACCOUNT_ERR_03',
  BAD_REQUEST: 'ACCOUNT_ERR_04',
  PHONE_NUMBER_EXISTS: 'ACCOUNT_ERR_05',
} as const;

/** Another active account has the username, in this or another case. */
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

/** Another active account has the phone number. */
export class AccountWithPhoneNumberExistsError extends AppError {
  /** @param phoneNumber in E.164 form */
  constructor(phoneNumber: string, cause?: unknown) {
    super({
      code: AccountErrorCode.PHONE_NUMBER_EXISTS,
      httpStatus: 409,
      message: `An account with the phone number ${phoneNumber} already exists.`,
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

export class AccountWithPhoneNumberNotFoundError extends AppError {
  /** @param phoneNumber in E.164 form */
  constructor(phoneNumber: string) {
    super({
      code: AccountErrorCode.NOT_FOUND,
      httpStatus: 404,
      message: `We could not find an account with phone number: ${phoneNumber}. Please verify and try again.`,
    });
  }
}

/** No active account has the username. */
export class AccountNotFoundError extends AppError {
  constructor(username: string) {
    super({
      code: AccountErrorCode.NOT_FOUND,
      httpStatus: 404,
      message: `We could not find an account with username: ${username}. Please verify and try again.`,
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

  /** @param problem what is wrong with the field, such as `must not be empty` */
  static ofField(field: string, problem: string): AccountBadRequestError {
    const message = `${field} ${problem}`;
    return new AccountBadRequestError(message, [{ path: `/${field}`, message }]);
  }

  /** The body has the keys of no form. */
  static ofBody(message: string): AccountBadRequestError {
    return new AccountBadRequestError(message, [{ path: '', message }]);
  }
}
