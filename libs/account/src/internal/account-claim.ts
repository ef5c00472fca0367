import type { OperationContext } from '@org/core';

import { accountEmailProved, accountPasswordChanged } from '../events.ts';
import { passwordChanged } from './account-audit-events.ts';
import type { CompleteDependencies } from './account-dependencies.ts';
import { languageOf, normalPhoneNumberOf, type StoredAccount } from './account-util.ts';
import type { AccountWriter } from './account-writer.ts';
import type { ContactChanges } from './contact/contact-changes.ts';
import { sendResetLink } from './password/password-reset-mail.ts';

interface ClaimParts extends CompleteDependencies {
  readonly writer: AccountWriter;
  readonly changes: ContactChanges;
}

/**
 * Gives an account without a proved contact to whoever has proved the e-mail address that is its
 * username: its sessions, password and unproved contacts, which a stranger may have, are gone.
 *
 * @returns the account, in the epoch after its former sessions
 */
export async function claimAccount(
  account: StoredAccount,
  email: string,
  parts: ClaimParts,
  transaction: OperationContext,
): Promise<StoredAccount> {
  const { audit, authentication, changes, events, fields, notification, throttle } = parts;
  const { id: accountId } = account;
  const update = { email, endsAccess: true, ...unprovedContactsOf(account) };
  const claimed = await parts.writer.contacts.update(account, update, transaction);
  await authentication.endSessionsByAccountId({ accountId }, transaction);
  await authentication.resetTokens.revokePasswordResetTokens({ accountId }, transaction);
  await changes.voidAll(accountId, transaction);
  await parts.writer.contacts.freeAll(accountId, transaction);
  await throttle.forgetKnownSources({ accountId }, transaction);
  await notification.deletePushSubscriptionsByAccountId({ accountId }, transaction);
  await revokeOtps(account, parts, transaction);
  await audit.record([passwordChanged(accountId)], transaction);
  await events.publish(accountPasswordChanged, { accountId }, transaction);
  await events.publish(accountEmailProved, { accountId }, transaction);
  const language = languageOf(claimed.document, fields);
  const notice = { topic: 'account-claimed', data: {}, accountId, emailAddress: email } as const;
  await notification.sendEmailForAccount({ ...notice, ...language }, transaction);
  await sendResetLink(claimed, parts, transaction);
  return claimed;
}

/** What goes when another contact is proved by somebody who may be a stranger to the account. */
export function unprovedContactsOf({ phoneNumber, isPhoneNumberProved }: StoredAccount): {
  readonly phoneNumber?: null;
} {
  return phoneNumber === null || isPhoneNumberProved ? {} : { phoneNumber: null };
}

async function revokeOtps(
  account: StoredAccount,
  { authentication }: ClaimParts,
  transaction: OperationContext,
): Promise<void> {
  const phoneNumber = normalPhoneNumberOf(account);
  if (phoneNumber !== undefined) {
    await authentication.otps.revokeOtps({ phoneNumber }, transaction);
  }
}
