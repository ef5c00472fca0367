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
    }
  | {
      readonly topic: 'contact-changed';
      readonly data: NotificationTopicData<'contact-changed'>;
    };

export const passwordChanged: SecurityNotice = { topic: 'password-changed', data: {} };

export const refreshTokenReused: SecurityNotice = { topic: 'refresh-token-reused', data: {} };

export function accountDeleted(restorableUntil: Date): SecurityNotice {
  return { topic: 'account-deleted', data: { restorableUntil: restorableUntil.toISOString() } };
}

/** @param reversalLink empty if nothing can be put back */
export function contactChanged(reversalLink = ''): SecurityNotice {
  return { topic: 'contact-changed', data: { reversalLink } };
}

/**
 * Where mails to the account go: to its proved address; only if none of its contacts is proved, to a
 * username that is an address.
 */
export function mailAddressOf({
  email,
  isEmailVerified,
  hasProvedContact,
  username,
}: StoredAccount): string | undefined {
  if (email !== null && isEmailVerified) {
    return email;
  }
  return !hasProvedContact && isEmailAddress(username) ? username : undefined;
}

/** Queues a notice to the account's owner on every channel known to reach them. */
export async function send(
  { fields, notification }: Pick<CompleteDependencies, 'fields' | 'notification'>,
  notice: SecurityNotice,
  account: StoredAccount,
  transaction: OperationContext,
): Promise<void> {
  const { id: accountId, isPhoneNumberProved } = account;
  const message = { ...notice, accountId, ...languageOf(account.document, fields) };
  const emailAddress = mailAddressOf(account);
  if (emailAddress !== undefined) {
    await notification.sendEmailForAccount({ ...message, emailAddress }, transaction);
  }
  const phoneNumber = normalPhoneNumberOf(account);
  if (phoneNumber !== undefined && isPhoneNumberProved) {
    await notification.sendSmsForAccount({ ...message, phoneNumber }, transaction);
  }
  // A deleted account has no subscribed browsers left, and whoever changed a contact has some.
  if (message.topic !== 'account-deleted' && message.topic !== 'contact-changed') {
    await notification.sendPushForAccount(message, transaction);
  }
}
