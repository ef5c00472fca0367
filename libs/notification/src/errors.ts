import { defineError, type ErrorDetail } from '@org/core';

export const NotificationErrorCode = {
  PREFERENCES_NOT_FOUND: 'NOTIFICATION_ERR_01',
  BAD_REQUEST: 'NOTIFICATION_ERR_02',
  PROVIDER_FAILED: 'NOTIFICATION_ERR_03',
  DEAD_DELIVERY_NOT_FOUND: 'NOTIFICATION_ERR_04',
} as const;

/** No notification preferences are stored for the account. */
export class AccountNotificationPreferencesNotFoundError extends defineError(
  NotificationErrorCode.PREFERENCES_NOT_FOUND,
  404,
) {
  constructor(accountId: string) {
    super(`We could not find notification preferences of the account with id: ${accountId}.`);
  }
}

/** A message or push subscription is invalid. */
export class NotificationBadRequestError extends defineError(
  NotificationErrorCode.BAD_REQUEST,
  400,
) {
  constructor(message: string, details?: readonly ErrorDetail[]) {
    // A JavaScript caller may pass anything.
    super(message, Array.isArray(details) ? { details } : {});
  }
}

export interface ProviderErrorOptions {
  /** Whether the same message may be accepted later. Default: false. */
  readonly retryable?: boolean;
  /** How long the vendor asks us to wait. */
  readonly retryAfterMilliseconds?: number | undefined;
  /** The recipient no longer exists, such as a browser that has unsubscribed. Default: false. */
  readonly recipientIsGone?: boolean;
  readonly cause?: unknown;
}

/** A vendor did not accept a message. */
export class ProviderError extends defineError(NotificationErrorCode.PROVIDER_FAILED, 503) {
  readonly retryable: boolean;
  readonly retryAfterMilliseconds: number | undefined;
  readonly recipientIsGone: boolean;

  constructor(message: string, options: ProviderErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.retryable = options.retryable ?? false;
    this.retryAfterMilliseconds = options.retryAfterMilliseconds;
    this.recipientIsGone = options.recipientIsGone ?? false;
  }
}

/** No dead letter has this id, or its message has expired. */
export class DeadDeliveryNotFoundError extends defineError(
  NotificationErrorCode.DEAD_DELIVERY_NOT_FOUND,
  404,
) {
  constructor(deliveryId: string) {
    super(`There is no dead delivery with the id ${deliveryId} that is still worth sending.`);
  }
}
