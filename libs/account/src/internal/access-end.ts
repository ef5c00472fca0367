import { isEmailAddress, type OperationContext } from '@org/core';

import { accountPasswordChanged } from '../events.ts';
import { passwordChanged } from './account-audit-events.ts';
import type { ContactUpdate } from './account-contact-writer.ts';
import type { CompleteDependencies } from './account-dependencies.ts';
import { normalPhoneNumberOf, type StoredAccount } from './account-util.ts';
import type { AccountWriter } from './account-writer.ts';
import type { ContactChanges } from './contact/contact-changes.ts';
import { sendResetLink, type ResetReason } from './password/password-reset-mail.ts';

interface AccessEnd {
  readonly reason: ResetReason;
  /** Of the owner. */
  readonly contacts: Omit<ContactUpdate, 'endsAccess'>;
}

/**
 * Takes an account from whoever may have got into it, and gives it back to the owner of these
 * contacts: its sessions, password, links, browsers and known sources are gone, and a link for a new
 * password is mailed.
 *
 * @returns the account, in the epoch after its former sessions
 */
export async function endAccess(
  account: StoredAccount,
  { reason, contacts }: AccessEnd,
  parts: CompleteDependencies & { readonly writer: AccountWriter },
  transaction: OperationContext,
): Promise<StoredAccount> {
  const { audit, authentication, events, notification, throttle, writer } = parts;
  const { id: accountId } = account;
  const update = { ...contacts, endsAccess: true };
  const ended = await writer.contacts.update(account, update, transaction);
  await authentication.endSessionsByAccountId({ accountId }, transaction);
  await authentication.resetTokens.revokePasswordResetTokens({ accountId }, transaction);
  await throttle.forgetKnownSources({ accountId }, transaction);
  await notification.deletePushSubscriptionsByAccountId({ accountId }, transaction);
  await audit.record([passwordChanged(accountId)], transaction);
  await events.publish(accountPasswordChanged, { accountId }, transaction);
  await sendResetLink({ account: ended, reason }, parts, transaction);
  return ended;
}

/**
 * Ends what is under way for an account that nobody may use any more: sessions, reset tokens, codes,
 * requested changes of contact, messages that are not sent yet, and browsers.
 */
export async function endUse(
  account: StoredAccount,
  parts: CompleteDependencies & { readonly changes: ContactChanges },
  transaction: OperationContext,
): Promise<void> {
  const { authentication, changes, notification } = parts;
  const { id: accountId, email, username } = account;
  await authentication.endSessionsByAccountId({ accountId }, transaction);
  await authentication.resetTokens.revokePasswordResetTokens({ accountId }, transaction);
  const phoneNumber = normalPhoneNumberOf(account);
  if (phoneNumber !== undefined) {
    await authentication.otps.revokeOtps({ phoneNumber }, transaction);
  }
  for (const emailAddress of new Set([email ?? '', username].filter(isEmailAddress))) {
    await authentication.emailCodes.revokeEmailCodes({ emailAddress }, transaction);
  }
  await changes.voidPending(accountId, transaction);
  await notification.dropQueuedDeliveriesByAccountId({ accountId }, transaction);
  await notification.deletePushSubscriptionsByAccountId({ accountId }, transaction);
}
