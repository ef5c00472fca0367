import { parseStoredPhoneNumber, type PhoneNumber } from '@org/core';

import type { Account } from '../types.ts';
import { AccountModel, EMPTY_ACCOUNT } from './store/account-model.ts';

/** An account with all that is stored of it, the password hash included; it stays in this module. */
export type StoredAccount = AccountModel;

/** For somebody who has proved nothing: an account as if it had been created just now. */
export function toUntoldAccount(
  accountId: string,
  { countryCode, phoneNumber }: PhoneNumber,
  now: Date,
): Account {
  const untold = AccountModel.fromBson({
    ...EMPTY_ACCOUNT,
    _id: accountId,
    phone_number: { country_code: countryCode, phone_number: phoneNumber },
    created_at: now,
    updated_at: now,
  });
  return untold.toAccount();
}

/** Its phone number in normal form, in whichever form an earlier backend stored it. */
export function normalPhoneNumberOf({ phoneNumber }: StoredAccount): PhoneNumber | undefined {
  return phoneNumber === null ? undefined : parseStoredPhoneNumber(phoneNumber);
}
