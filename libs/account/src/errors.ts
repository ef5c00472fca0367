import { defineError, type ErrorDetail } from '@org/core';

export const AccountErrorCode = {
  USERNAME_EXISTS: 'ACCOUNT_ERR_01',
  NOT_FOUND: 'ACCOUNT_ERR_02',
  INVALID_CREDENTIALS: 'ACCOUNT_ERR_03',
  BAD_REQUEST: 'ACCOUNT_ERR_04',
  PHONE_NUMBER_EXISTS: 'ACCOUNT_ERR_05',
  EMAIL_EXISTS: 'ACCOUNT_ERR_06',
  LAST_LOGIN: 'ACCOUNT_ERR_07',
  CONTACT_REQUEST_NOT_FOUND: 'ACCOUNT_ERR_08',
  SAME_OPERATOR: 'ACCOUNT_ERR_09',
  WRONG_STATE: 'ACCOUNT_ERR_10',
} as const;

/** Another active account has the username, regardless of case. */
export class AccountWithUserNameExistsError extends defineError(
  AccountErrorCode.USERNAME_EXISTS,
  409,
) {
  constructor(username: string, cause?: unknown) {
    super(`An account with the username ${username} already exists.`, { cause });
  }
}

/** Another active account has the phone number. */
export class AccountWithPhoneNumberExistsError extends defineError(
  AccountErrorCode.PHONE_NUMBER_EXISTS,
  409,
) {
  /** @param phoneNumber in E.164 form */
  constructor(phoneNumber: string, cause?: unknown) {
    super(`An account with the phone number ${phoneNumber} already exists.`, { cause });
  }
}

/** Another active account has the e-mail address, or had it a few days ago. */
export class AccountWithEmailExistsError extends defineError(AccountErrorCode.EMAIL_EXISTS, 409) {
  constructor(emailAddress: string, cause?: unknown) {
    super(`An account with the e-mail address ${emailAddress} already exists.`, { cause });
  }
}

/** Without this contact, the owner could not log in any more. */
export class AccountLastLoginError extends defineError(AccountErrorCode.LAST_LOGIN, 409) {
  constructor() {
    super('There is no other way to log in to the account. Please add one first.');
  }
}

/** No change of contact with this id waits for another operator. */
export class AccountContactRequestNotFoundError extends defineError(
  AccountErrorCode.CONTACT_REQUEST_NOT_FOUND,
  404,
) {
  constructor(requestId: string) {
    super(`No request with the id ${requestId} waits: it was decided, replaced, or is too old.`);
  }
}

/** Who asks for a change of contact does not approve it. */
export class AccountSameOperatorError extends defineError(AccountErrorCode.SAME_OPERATOR, 403) {
  constructor() {
    super('Another operator has to approve what you have asked for.');
  }
}

/** What was asked for does not fit the account as it is now; the message says why. */
export class AccountStateError extends defineError(AccountErrorCode.WRONG_STATE, 409) {}

export class AccountWithIdNotFoundError extends defineError(AccountErrorCode.NOT_FOUND, 404) {
  constructor(id: string) {
    super(`We could not find an account with id: ${id}. Please verify and try again.`);
  }
}

export class AccountWithPhoneNumberNotFoundError extends defineError(
  AccountErrorCode.NOT_FOUND,
  404,
) {
  /** @param phoneNumber in E.164 form */
  constructor(phoneNumber: string) {
    super(
      `We could not find an account with phone number: ${phoneNumber}. Please verify and try again.`,
    );
  }
}

/** No active account has the username. */
export class AccountNotFoundError extends defineError(AccountErrorCode.NOT_FOUND, 404) {
  constructor(username: string) {
    super(`We could not find an account with username: ${username}. Please verify and try again.`);
  }
}

/** The name is unknown or the password wrong, here or at another authentication; the error does not say which. */
export class AccountInvalidCredentialsError extends defineError(
  AccountErrorCode.INVALID_CREDENTIALS,
  401,
) {
  constructor() {
    super('The credentials are wrong.');
  }
}

/** The input is invalid; the message says why. */
export class AccountBadRequestError extends defineError(AccountErrorCode.BAD_REQUEST, 400) {
  constructor(message: string, details?: readonly ErrorDetail[]) {
    super(message, { details });
  }

  /** @param problem what is wrong with the field, such as `must not be empty` */
  static ofField(field: string, problem: string): AccountBadRequestError {
    const message = `${field} ${problem}`;
    return new AccountBadRequestError(message, [{ path: `/${field}`, message }]);
  }

  /** The token is not, or no longer, good; the error does not say which. */
  static ofLink(): AccountBadRequestError {
    return new AccountBadRequestError('This link was used, is too old, or is none of ours.');
  }

  /** The body's keys match no form. */
  static ofBody(message: string): AccountBadRequestError {
    return new AccountBadRequestError(message, [{ path: '', message }]);
  }
}
