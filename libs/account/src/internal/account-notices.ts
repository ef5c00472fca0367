import type { NewDevice } from '@org/authentication';
import {
  canonicalAddress,
  isEmailAddress,
  joinUrl,
  parseStoredPhoneNumber,
  type OperationContext,
  type PhoneNumber,
} from '@org/core';
import type { NotificationTopicData } from '@org/notification';

import type { AccountSettings } from '../types.ts';
import type { CompleteDependencies } from './account-dependencies.ts';
import { languageOf, type StoredAccount } from './account-util.ts';
import type { ContactChanges } from './contact/contact-changes.ts';

type NoticeDependencies = Pick<CompleteDependencies, 'fields' | 'notification'>;

interface Recipient {
  readonly account: StoredAccount;
  readonly email?: string | null | undefined;
  readonly phoneNumber?: PhoneNumber | null | undefined;
  /** False for a username that nobody has proved. Default: true. */
  readonly isProved?: boolean | undefined;
}

/** Notices to owners about their accounts. They contain no account data. */
export type SecurityNotice =
  | {
      readonly topic: 'password-changed' | 'refresh-token-reused';
      readonly data: NotificationTopicData<'password-changed' | 'refresh-token-reused'>;
    }
  | {
      readonly topic: 'account-disabled' | 'account-enabled';
      readonly data: NotificationTopicData<'account-disabled' | 'account-enabled'>;
    }
  | {
      readonly topic: 'account-deleted';
      readonly data: NotificationTopicData<'account-deleted'>;
    }
  | {
      readonly topic: 'contact-changed';
      readonly data: NotificationTopicData<'contact-changed'>;
    }
  | {
      readonly topic: 'contact-replaced';
      readonly data: NotificationTopicData<'contact-replaced'>;
    }
  | NewDeviceNotice;

interface NewDeviceNotice {
  readonly topic: 'new-device';
  readonly data: NotificationTopicData<'new-device'>;
  readonly distinctBy?: string | undefined;
}

export const passwordChanged: SecurityNotice = { topic: 'password-changed', data: {} };

export const refreshTokenReused: SecurityNotice = { topic: 'refresh-token-reused', data: {} };

export function accountDeleted(restorableUntil: Date): SecurityNotice {
  return { topic: 'account-deleted', data: { restorableUntil: restorableUntil.toISOString() } };
}

export const accountDisabled: SecurityNotice = { topic: 'account-disabled', data: {} };

export const accountEnabled: SecurityNotice = { topic: 'account-enabled', data: {} };

export const contactChanged: SecurityNotice = { topic: 'contact-changed', data: {} };

/** @param reversalLink puts the contact back that the notice is for */
export function contactReplaced(reversalLink: string): SecurityNotice {
  return { topic: 'contact-replaced', data: { reversalLink } };
}

export function newDevice(
  { device, browser, ip, key: distinctBy, at, token }: NewDevice,
  { webAppUrl }: Pick<Required<AccountSettings>, 'webAppUrl'>,
): NewDeviceNotice {
  const reversalLink = joinUrl(webAppUrl, `/session-reversals#token=${token}`);
  const from = {
    device: device ?? '',
    browser: browser ?? '',
    address: canonicalAddress(ip) ?? '',
  };
  return { topic: 'new-device', data: { ...from, at: at.toISOString(), reversalLink }, distinctBy };
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
  dependencies: NoticeDependencies,
  notice: SecurityNotice,
  account: StoredAccount,
  transaction: OperationContext,
): Promise<void> {
  const email = mailAddressOf(account);
  const phoneNumber = account.hasProvedPhoneNumber ? account.phoneNumber : null;
  const recipient = { account, email, phoneNumber, isProved: account.hasProvedContact };
  await sendTo(dependencies, notice, recipient, transaction);
  const { fields, notification } = dependencies;
  // A deleted account has no subscribed browsers left, and whoever changed a contact has some.
  if (hasPush(notice)) {
    const message = { ...notice, accountId: account.id, ...languageOf(account.document, fields) };
    await notification.sendPushForAccount(message, transaction);
  }
}

/**
 * The same, and to every former contact that can still undo a change: a thief may have changed the
 * contacts first.
 */
export async function sendAlsoToFormer(
  dependencies: NoticeDependencies & { readonly changes: ContactChanges },
  notice: SecurityNotice,
  account: StoredAccount,
  transaction: OperationContext,
): Promise<void> {
  await send(dependencies, notice, account, transaction);
  for (const former of await dependencies.changes.findKept(account.id, transaction)) {
    await sendTo(dependencies, notice, { account, ...former }, transaction);
  }
}

/**
 * Queues the notice of a new device to where its link for a new password goes, else to this phone.
 * Each device has its own, unless the owner has proved nothing: then one of any device a day.
 */
export async function sendNewDevice(
  dependencies: NoticeDependencies,
  notice: NewDeviceNotice,
  { account, phoneNumber }: Omit<Recipient, 'email'>,
  transaction: OperationContext,
): Promise<void> {
  const isProved = account.hasProvedContact;
  const distinctBy = isProved ? notice.distinctBy : undefined;
  const email = mailAddressOf(account);
  const told = { account, email, phoneNumber: email === undefined ? phoneNumber : null, isProved };
  await sendTo(dependencies, { ...notice, distinctBy }, told, transaction);
}

function hasPush(
  notice: SecurityNotice,
): notice is Extract<SecurityNotice, { topic: 'password-changed' | 'refresh-token-reused' }> {
  return notice.topic === 'password-changed' || notice.topic === 'refresh-token-reused';
}

/** Queues a notice about the account to these contacts alone. */
export async function sendTo(
  { fields, notification }: NoticeDependencies,
  notice: SecurityNotice,
  { account, email, phoneNumber, isProved = true }: Recipient,
  transaction: OperationContext,
): Promise<void> {
  const language = languageOf(account.document, fields);
  const message = { ...notice, accountId: account.id, ...language, isProved };
  if (email) {
    await notification.sendEmailForAccount({ ...message, emailAddress: email }, transaction);
  }
  const normal = phoneNumber && parseStoredPhoneNumber(phoneNumber);
  if (normal) {
    await notification.sendSmsForAccount({ ...message, phoneNumber: normal }, transaction);
  }
}
