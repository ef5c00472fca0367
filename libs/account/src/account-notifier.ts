import type { Erasure, OperationContext, PhoneNumber } from '@org/core';

import type {
  AccountNotificationPreferences,
  AccountNotificationPreferencesByAccountIdParams,
  CreateOrUpdateAccountNotificationPreferencesParams,
} from './types.ts';

/** Notices say nothing of the account's: who owns the address or number, nobody has proved. */
type NoText = Readonly<Record<string, never>>;

/** What each message to an account's owner says. */
export interface AccountMessages {
  readonly 'password-reset': {
    readonly firstName: string;
    readonly username: string;
    readonly passwordResetLink: string;
  };
  readonly 'password-changed': NoText;
  readonly 'refresh-token-reused': NoText;
  readonly 'account-deleted': {
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
 * it. Every method joins the transaction of its context. A notice never fails for what is wrong with
 * it or with whom it goes to: the act that it tells of does not depend on it.
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

  deletePushSubscriptionsByAccountId(
    params: { readonly accountId: string },
    context: OperationContext,
  ): Promise<unknown>;

  exportNotificationDataByAccountId(
    params: { readonly accountId: string },
    context: OperationContext,
  ): Promise<Readonly<Record<string, unknown>>>;

  deleteNotificationDataByAccountId(
    params: { readonly accountId: string },
    erasure: Erasure,
    context: OperationContext,
  ): Promise<unknown>;
}
