import type { PhoneNumber } from '@org/core';

import type { StoredAccount } from '../account-util.ts';
import { emailIdentity, phoneIdentity } from '../identity/identity-key.ts';
import type { ContactChangeDocument, StoredContact } from '../store/contact-change-model.ts';

export type ContactKind = ContactChangeDocument['kind'];

/** The new contact; neither: it is removed. */
export interface NewContact {
  readonly email?: string | null;
  readonly phoneNumber?: PhoneNumber | null;
}

/** The contact of this kind, if the account's owner has proved it. */
export function provedContactOf(kind: ContactKind, account: StoredAccount): NewContact {
  if (kind === 'email') {
    return { email: account.isEmailVerified ? account.email : null };
  }
  return { phoneNumber: account.hasProvedPhoneNumber ? account.phoneNumber : null };
}

export function toNewContact({ kind, new_contact: contact }: ContactChangeDocument): NewContact {
  return fromStored(kind, contact);
}

/** What the account had before the change. */
export function toFormerContact({ kind, old_contact: contact }: ContactChangeDocument): NewContact {
  return fromStored(kind, contact ?? { email: null, phone_number: null });
}

function fromStored(kind: ContactKind, contact: StoredContact): NewContact {
  return kind === 'email' ? { email: contact.email } : { phoneNumber: phoneNumberOf(contact) };
}

export function phoneNumberOf({ phone_number: number }: StoredContact): PhoneNumber | null {
  return number && { countryCode: number.country_code, phoneNumber: number.phone_number };
}

export function toStoredContact({ email = null, phoneNumber = null }: NewContact): StoredContact {
  return {
    email,
    phone_number: phoneNumber && {
      country_code: phoneNumber.countryCode,
      phone_number: phoneNumber.phoneNumber,
    },
  };
}

/** Of its identity; `undefined` for none. */
export function keyOf(contact: StoredContact): string | undefined {
  if (contact.email !== null) {
    return emailIdentity(contact.email)?.key;
  }
  const number = phoneNumberOf(contact);
  return number ? phoneIdentity(number)?.key : undefined;
}
