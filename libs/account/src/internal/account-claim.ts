import type { OperationContext } from '@org/core';

import { accountEmailProved } from '../events.ts';
import { endAccess } from './access-end.ts';
import type { CompleteDependencies } from './account-dependencies.ts';
import { languageOf, normalPhoneNumberOf, type StoredAccount } from './account-util.ts';
import type { AccountWriter } from './account-writer.ts';
import type { ContactChanges } from './contact/contact-changes.ts';

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
  const { changes, events, fields, notification, writer } = parts;
  const { id: accountId } = account;
  const contacts = { email, ...unprovedContactsOf(account) };
  const claimed = await endAccess(
    account,
    { reason: 'account-claimed', contacts },
    parts,
    transaction,
  );
  await changes.voidAll(accountId, transaction);
  await writer.contacts.freeAll(accountId, transaction);
  await revokeOtps(account, parts, transaction);
  await events.publish(accountEmailProved, { accountId }, transaction);
  const language = languageOf(claimed.document, fields);
  const notice = { topic: 'account-claimed', data: {}, accountId, isProved: true } as const;
  const message = { ...notice, ...language, emailAddress: email };
  await notification.sendEmailForAccount(message, transaction);
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
