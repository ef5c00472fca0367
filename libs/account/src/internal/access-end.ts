import type { OperationContext } from '@org/core';

import { accountPasswordChanged } from '../events.ts';
import { passwordChanged } from './account-audit-events.ts';
import type { ContactUpdate } from './account-contact-writer.ts';
import type { CompleteDependencies } from './account-dependencies.ts';
import type { StoredAccount } from './account-util.ts';
import type { AccountWriter } from './account-writer.ts';
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
