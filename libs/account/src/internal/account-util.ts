import { parseStoredPhoneNumber, type PhoneNumber } from '@org/core';

import type { Account } from '../types.ts';
import { AccountModel, EMPTY_ACCOUNT } from './store/account-model.ts';

/** An account with all stored fields, including the password hash; never leaves this module. */
export type StoredAccount = AccountModel;

/** For an unauthenticated caller: an account as if it had just been created. */
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

/** Its phone number, normalised even if an earlier backend stored it differently. */
export function normalPhoneNumberOf({ phoneNumber }: StoredAccount): PhoneNumber | undefined {
  return phoneNumber === null ? undefined : parseStoredPhoneNumber(phoneNumber);
}
