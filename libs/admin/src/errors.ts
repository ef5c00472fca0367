import { defineError, type ErrorDetail } from '@org/core';

export const AdminErrorCode = {
  BAD_REQUEST: 'ADMIN_ERR_01',
  ACCOUNT_RESTORABLE: 'ADMIN_ERR_02',
} as const;

/** There is no reason, or another field of the request is invalid; the message says which. */
export class AdminBadRequestError extends defineError(AdminErrorCode.BAD_REQUEST, 400) {
  constructor(message: string, details?: readonly ErrorDetail[]) {
    super(message, { details });
  }
}

/** The account is deleted, but its owner may still want it back; the message says until when. */
export class AccountRestorableError extends defineError(AdminErrorCode.ACCOUNT_RESTORABLE, 409) {
  constructor(accountId: string, restorableUntil: string) {
    super(
      `Account ${accountId} can be restored until ${restorableUntil}. Send "now": true to erase it all the same.`,
    );
  }
}
