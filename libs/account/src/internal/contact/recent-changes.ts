import type { StoredAccount } from '../account-util.ts';
import { emailIdentity } from '../identity/identity-key.ts';
import type { ContactChangeDocument } from '../store/contact-change-model.ts';
import { keyOf, provedContactOf, toStoredContact, type ContactKind } from './stored-contact.ts';

export function isReversible({ reversal_hash: token = '' }: ContactChangeDocument): boolean {
  return token !== '';
}

/** Whether its token is good in the account as it is now. */
export function isUndoable(
  change: ContactChangeDocument,
  { sessionEpoch }: StoredAccount,
): boolean {
  return isReversible(change) && (change.session_epoch ?? sessionEpoch) === sessionEpoch;
}

/** Of a contact, where none was before. */
export function isAddition({ old_contact: old }: ContactChangeDocument): boolean {
  return old === undefined || keyOf(old) === undefined;
}

/**
 * The change that took the contact away, and those of the same kind after it.
 *
 * @param username if it is the new address, the account had it before one was added to it
 */
export function findUndoneBy(
  { kind, new_contact: contact }: ContactChangeDocument,
  recent: readonly ContactChangeDocument[],
  username: string,
): readonly ContactChangeDocument[] {
  const key = keyOf(contact);
  const isName = key !== undefined && key === emailIdentity(username)?.key;
  const hadContact = (change: ContactChangeDocument): boolean =>
    isAddition(change)
      ? isName
      : isReversible(change) &&
        change.old_contact !== undefined &&
        keyOf(change.old_contact) === key;
  const ofKind = recent.filter((each) => each.kind === kind);
  const first = ofKind.findIndex(hadContact);
  return first < 0 ? [] : ofKind.slice(first);
}

/**
 * Whether a thief may have added the contact: of the two, both proved, it was the last one added in
 * the last 7 days.
 */
export function isDoubtful(
  kind: ContactKind,
  account: StoredAccount,
  recent: readonly ContactChangeDocument[],
): boolean {
  const other = provedContactOf(kind === 'email' ? 'phone' : 'email', account);
  const hasOther = keyOf(toStoredContact(other)) !== undefined;
  return hasOther && recent.findLast(isAddition)?.kind === kind;
}
