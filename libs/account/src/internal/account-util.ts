import { parseStoredPhoneNumber, type PhoneNumber } from '@org/core';

import type { Account, AccountForLogin } from '../types.ts';
import type { AccountModel } from './store/account-model.ts';

/** An account with all that is stored of it, the password hash included; it stays in this module. */
export type StoredAccount = AccountModel;

/** An account as the rest of the system sees it. */
export function toAccount(stored: StoredAccount): Account {
  const { id, firstName, lastName, username, phoneNumber, createdAt, updatedAt } = stored;
  return { id, firstName, lastName, username, phoneNumber, createdAt, updatedAt };
}

export function toAccountForLogin(stored: StoredAccount): AccountForLogin {
  return { ...toAccount(stored), sessionEpoch: stored.sessionEpoch };
}

/** Its phone number in normal form, in whichever form an earlier backend stored it. */
export function normalPhoneNumberOf({ phoneNumber }: StoredAccount): PhoneNumber | undefined {
  return phoneNumber === null ? undefined : parseStoredPhoneNumber(phoneNumber);
}
