import { isEmailAddress, type OperationContext } from '@org/core';
import type { NotificationTopicData } from '@org/notification';

import type { CompleteDependencies } from './account-dependencies.ts';
import { languageOf, normalPhoneNumberOf, type StoredAccount } from './account-util.ts';

/** Notices to owners about their accounts. They contain no account data. */
export type SecurityNotice =
  | {
      readonly topic: 'password-changed' | 'refresh-token-reused';
      readonly data: NotificationTopicData<'password-changed' | 'refresh-token-reused'>;
    }
  | {
      readonly topic: 'account-deleted';
      readonly data: NotificationTopicData<'account-deleted'>;
    };

export const passwordChanged: SecurityNotice = { topic: 'password-changed', data: {} };

export const refreshTokenReused: SecurityNotice = { topic: 'refresh-token-reused', data: {} };

export function accountDeleted(restorableUntil: Date): SecurityNotice {
  return { topic: 'account-deleted', data: { restorableUntil: restorableUntil.toISOString() } };
}

/** Queues a notice to the account's owner on every channel known to reach them. */
export async function send(
  { fields, notification }: Pick<CompleteDependencies, 'fields' | 'notification'>,
  notice: SecurityNotice,
  account: StoredAccount,
  transaction: OperationContext,
): Promise<void> {
  const { id: accountId, username: emailAddress, isPhoneNumberProved } = account;
  const message = { ...notice, accountId, ...languageOf(account.document, fields) };
  if (isEmailAddress(emailAddress)) {
    await notification.sendEmailForAccount({ ...message, emailAddress }, transaction);
  }
  const phoneNumber = normalPhoneNumberOf(account);
  if (phoneNumber !== undefined && isPhoneNumberProved) {
    await notification.sendSmsForAccount({ ...message, phoneNumber }, transaction);
  }
  // A deleted account has no subscribed browsers left.
  if (message.topic !== 'account-deleted') {
    await notification.sendPushForAccount(message, transaction);
  }
}
