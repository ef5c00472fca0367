import { isEmailAddress, type OperationContext } from '@org/core';
import type { NotificationService, NotificationTopicData } from '@org/notification';

import { normalPhoneNumberOf, type StoredAccount } from './account-util.ts';

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
  notification: NotificationService,
  notice: SecurityNotice,
  account: StoredAccount,
  transaction: OperationContext,
): Promise<void> {
  const { id: accountId, username: emailAddress, isPhoneNumberProved } = account;
  if (isEmailAddress(emailAddress)) {
    await notification.sendEmailForAccount({ ...notice, accountId, emailAddress }, transaction);
  }
  const phoneNumber = normalPhoneNumberOf(account);
  if (phoneNumber !== undefined && isPhoneNumberProved) {
    await notification.sendSmsForAccount({ ...notice, accountId, phoneNumber }, transaction);
  }
  // A deleted account has no subscribed browsers left.
  if (notice.topic !== 'account-deleted') {
    await notification.sendPushForAccount({ ...notice, accountId }, transaction);
  }
}
