import { formatE164, toEmailKey, type PhoneNumber } from '@org/core';

import type { OtpDocument } from './store/otp-model.ts';

export { filtersOfAllCodes as erasableCodesOf } from './store/otp-repository.ts';

/** What a code proves, and to whom it is sent. */
export interface OtpSubject {
  /** A code of one purpose never passes for another's. */
  readonly purpose: string;
  /** Whom the code's digest is bound to. */
  readonly recipient: string;
  /** The recipient, in a code's document. */
  readonly fields: Pick<OtpDocument, 'phone_number' | 'email'>;
  /** Finds the recipient's codes of every purpose, by the index. */
  readonly filter: Readonly<Record<string, string>>;
}

export const DEFAULT_PURPOSE = 'login';

export function toPhoneSubject(
  phoneNumber: PhoneNumber,
  purpose: string = DEFAULT_PURPOSE,
): OtpSubject {
  const { countryCode: country_code, phoneNumber: phone_number } = phoneNumber;
  return {
    purpose,
    recipient: formatE164(phoneNumber),
    fields: { phone_number: { country_code, phone_number } },
    // Both are needed to use the index.
    filter: {
      'phone_number.country_code': country_code,
      'phone_number.phone_number': phone_number,
    },
  };
}

export function toEmailSubject(
  emailAddress: string,
  purpose: string = DEFAULT_PURPOSE,
): OtpSubject {
  const email = toEmailKey(emailAddress);
  return { purpose, recipient: email, fields: { email }, filter: { email } };
}
