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

function fromStored(kind: ContactKind, { email, phone_number: number }: StoredContact): NewContact {
  return kind === 'email'
    ? { email }
    : {
        phoneNumber: number && {
          countryCode: number.country_code,
          phoneNumber: number.phone_number,
        },
      };
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
  const { email, phone_number: number } = contact;
  if (email !== null) {
    return emailIdentity(email)?.key;
  }
  return number
    ? phoneIdentity({ countryCode: number.country_code, phoneNumber: number.phone_number })?.key
    : undefined;
}
