import { AppError } from '@org/core';

export const NotificationErrorCode = {
  PREFERENCES_NOT_FOUND: 'NOTIFICATION_ERR_01',
} as const;

/** The account has no notification preferences on record. */
export class AccountNotificationPreferencesNotFoundError extends AppError {
  constructor(accountId: string) {
    super({
      code: NotificationErrorCode.PREFERENCES_NOT_FOUND,
      httpStatus: 404,
      message: `We could not find notification preferences of the account with id: ${accountId}.`,
    });
  }
}
