import { OtpRequestFailedError } from '@org/authentication';
import { parsePhoneNumber, type PhoneNumber } from '@org/core';

import { normalizeEmail } from '../account-parameters.ts';
import type { ContactRecipient } from './contact-changes.ts';

/** One of the two, as it was given. */
interface GivenContact {
  readonly emailAddress?: string | undefined;
  readonly phoneNumber?: PhoneNumber | undefined;
}

/** @throws an error if it is no contact that can get a code */
export function recipientOf({ emailAddress, phoneNumber }: GivenContact): ContactRecipient {
  if (emailAddress !== undefined) {
    return { emailAddress: normalizeEmail(emailAddress) };
  }
  const valid = phoneNumber && parsePhoneNumber(phoneNumber);
  if (valid === undefined) {
    throw new OtpRequestFailedError();
  }
  return { phoneNumber: valid };
}
