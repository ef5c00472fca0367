import { parseStoredPhoneNumber, type PhoneNumber } from '@org/core';

import type { AccountForLogin } from '../types.ts';
import type { AccountModel } from './store/account-model.ts';

/** An account with all that is stored of it, the password hash included; it stays in this module. */
export type StoredAccount = AccountModel;

/** An account as logging in needs it. */
export function toAccountForLogin(stored: StoredAccount): AccountForLogin {
  return { ...stored.toAccount(), sessionEpoch: stored.sessionEpoch };
}

/** Its phone number in normal form, in whichever form an earlier backend stored it. */
export function normalPhoneNumberOf({ phoneNumber }: StoredAccount): PhoneNumber | undefined {
  return phoneNumber === null ? undefined : parseStoredPhoneNumber(phoneNumber);
}
