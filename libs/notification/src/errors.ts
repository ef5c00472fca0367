import { AppError, type ErrorDetail } from '@org/core';

export const NotificationErrorCode = {
  PREFERENCES_NOT_FOUND: 'NOTIFICATION_ERR_01',
  BAD_REQUEST: 'NOTIFICATION_ERR_02',
  PROVIDER_FAILED: 'NOTIFICATION_ERR_03',
  DEAD_DELIVERY_NOT_FOUND: 'NOTIFICATION_ERR_04',
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

/** A message or a push subscription that cannot be accepted as it is. */
export class NotificationBadRequestError extends AppError {
  constructor(message: string, details?: readonly ErrorDetail[]) {
    super({
      code: NotificationErrorCode.BAD_REQUEST,
      httpStatus: 400,
      message,
      // A caller in JavaScript may pass anything.
      ...(Array.isArray(details) ? { details } : {}),
    });
  }
}

export interface ProviderErrorOptions {
  /** Whether the same message may be taken later. Default: false. */
  readonly retryable?: boolean;
  /** How long the vendor asks to be left alone. */
  readonly retryAfterMilliseconds?: number | undefined;
  /** The recipient does not exist any more: a browser that has unsubscribed. Default: false. */
  readonly recipientIsGone?: boolean;
  readonly cause?: unknown;
}

/** A vendor did not take a message. */
export class ProviderError extends AppError {
  readonly retryable: boolean;
  readonly retryAfterMilliseconds: number | undefined;
  readonly recipientIsGone: boolean;

  constructor(message: string, options: ProviderErrorOptions = {}) {
    super({
      code: NotificationErrorCode.PROVIDER_FAILED,
      httpStatus: 503,
      message,
      cause: options.cause,
    });
    this.retryable = options.retryable ?? false;
    this.retryAfterMilliseconds = options.retryAfterMilliseconds;
    this.recipientIsGone = options.recipientIsGone ?? false;
  }
}

/** There is no dead letter of this id, or its message is past its life. */
export class DeadDeliveryNotFoundError extends AppError {
  constructor(deliveryId: string) {
    super({
      code: NotificationErrorCode.DEAD_DELIVERY_NOT_FOUND,
      httpStatus: 404,
      message: `There is no dead delivery with the id ${deliveryId} that is still worth sending.`,
    });
  }
}
