import type { StoredAccount } from '../account-util.ts';
import type { ContactChangeDocument } from '../store/contact-change-model.ts';
import { keyOf, provedContactOf, toStoredContact, type ContactKind } from './stored-contact.ts';

export const OTHER = { email: 'phone', phone: 'email' } as const;

export function isReversible({ reversal_hash: token = '' }: ContactChangeDocument): boolean {
  return token !== '';
}

/** Of a contact, where none was before. */
export function isAddition({ old_contact: old }: ContactChangeDocument): boolean {
  return old === undefined || keyOf(old) === undefined;
}

/** The change that took the contact away, and those of the same kind after it. */
export function findUndoneBy(
  { kind, new_contact: contact }: ContactChangeDocument,
  recent: readonly ContactChangeDocument[],
): readonly ContactChangeDocument[] {
  const done = recent.filter((each) => each.kind === kind && isReversible(each));
  const first = done.findIndex(({ old_contact: old }) => old && keyOf(old) === keyOf(contact));
  return first < 0 ? [] : done.slice(first);
}

/** Whether the account's owner has proved the contact, and not only in the last 7 days. */
export function isKnown(
  kind: ContactKind,
  account: StoredAccount,
  recent: readonly ContactChangeDocument[],
): boolean {
  const isProved = keyOf(toStoredContact(provedContactOf(kind, account))) !== undefined;
  return isProved && !recent.some((change) => change.kind === kind && isAddition(change));
}
