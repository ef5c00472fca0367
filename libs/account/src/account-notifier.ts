import type { OperationContext, PhoneNumber } from '@org/core';

import type {
  AccountNotificationPreferences,
  AccountNotificationPreferencesByAccountIdParams,
  CreateOrUpdateAccountNotificationPreferencesParams,
} from './types.ts';

/** What each message to an account's owner says. */
export interface AccountMessages {
  readonly 'password-reset': {
    readonly firstName: string;
    readonly username: string;
    readonly passwordResetLink: string;
  };
  readonly 'password-changed': { readonly firstName: string };
  readonly 'refresh-token-reused': { readonly firstName: string };
  readonly 'account-deleted': {
    readonly firstName: string;
    /** ISO 8601, UTC. */
    readonly restorableUntil: string;
  };
}

/** One of the messages, with what it says. */
export type AccountMessage<Topic extends keyof AccountMessages = keyof AccountMessages> = {
  readonly [Name in Topic]: { readonly topic: Name; readonly data: AccountMessages[Name] };
}[Topic];

/**
 * How owners are told, and what is kept for that. `NotificationService` of `@org/notification` does
 * it. Every method joins the transaction of its context.
 */
export interface AccountNotifier {
  createOrUpdateAccountNotificationPreferences(
    params: CreateOrUpdateAccountNotificationPreferencesParams,
    context: OperationContext,
  ): Promise<AccountNotificationPreferences>;

  getAccountNotificationPreferencesByAccountId(
    params: AccountNotificationPreferencesByAccountIdParams,
    context: OperationContext,
  ): Promise<AccountNotificationPreferences>;

  sendEmailForAccount(
    params: AccountMessage & {
      readonly accountId: string;
      readonly emailAddress: string;
      readonly expiresAt?: Date;
    },
    context: OperationContext,
  ): Promise<unknown>;

  sendSmsForAccount(
    params: AccountMessage<'password-changed' | 'refresh-token-reused' | 'account-deleted'> & {
      readonly accountId: string;
      readonly phoneNumber: PhoneNumber;
    },
    context: OperationContext,
  ): Promise<unknown>;

  sendPushForAccount(
    params: AccountMessage<'password-changed' | 'refresh-token-reused'> & {
      readonly accountId: string;
    },
    context: OperationContext,
  ): Promise<unknown>;

  /** Drops what is queued for the account and not sent yet. */
  dropQueuedDeliveriesByAccountId(
    params: { readonly accountId: string },
    context: OperationContext,
  ): Promise<unknown>;

  getPushSubscriptionsByAccountId(
    params: { readonly accountId: string },
    context: OperationContext,
  ): Promise<readonly { readonly id: string }[]>;

  deletePushSubscription(
    params: { readonly accountId: string; readonly subscriptionId: string },
    context: OperationContext,
  ): Promise<unknown>;

  exportNotificationDataByAccountId(
    params: { readonly accountId: string },
    context: OperationContext,
  ): Promise<Record<string, unknown>>;

  deleteNotificationDataByAccountId(
    params: { readonly accountId: string },
    context: OperationContext,
  ): Promise<unknown>;
}
