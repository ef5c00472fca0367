import {
  boundPhoneNumber,
  check,
  formatE164,
  isEmailAddress,
  parseStoredPhoneNumber,
  toEmailKey,
  toNameKey,
  type PhoneNumber,
} from '@org/core';

import type { AccountIdentity, OwnedIdentity } from '../store/account-identity-model.ts';
import type { NamesDocument } from '../store/account-repository.ts';
import { USERNAME_MAXIMUM_LENGTH } from '../username.ts';

/** An account's names as stored, whatever another program made of them. */
export interface NamesOfAccount {
  readonly username?: unknown;
  readonly phone_number?: unknown;
  readonly email?: unknown;
  readonly email_verified?: unknown;
}

/** Equal for usernames that the collation of the unique index treats as equal; `''` has none. */
export function usernameIdentity(username: string): AccountIdentity | undefined {
  if (check.isOverlong(username, USERNAME_MAXIMUM_LENGTH)) {
    return undefined;
  }
  const key = toNameKey(username);
  return key === '' ? undefined : { key: `username:${key}`, kind: 'username', value: username };
}

/** By E.164, however the number is split; a number that is not valid stands for itself. */
export function phoneIdentity(phoneNumber: PhoneNumber): AccountIdentity | undefined {
  const bounded = boundPhoneNumber(phoneNumber);
  const e164 = formatE164(parseStoredPhoneNumber(bounded) ?? bounded);
  return bounded.phoneNumber === ''
    ? undefined
    : { key: `phone:${e164}`, kind: 'phone', value: formatE164(bounded) };
}

/** Of an address that was proved; `undefined` for text that is no address. */
export function emailIdentity(email: string): AccountIdentity | undefined {
  return isEmailAddress(email)
    ? { key: `email:${toEmailKey(email)}`, kind: 'email', value: email }
    : undefined;
}

/** An address that another program stored unproved is none of them. */
export function identitiesOf({
  username,
  phone_number: number,
  email,
  email_verified: isProved,
}: NamesOfAccount): readonly AccountIdentity[] {
  const { country_code: countryCode, phone_number: phoneNumber } = (number ?? {}) as Partial<
    Record<string, unknown>
  >;
  const ofNumber =
    typeof countryCode === 'string' && typeof phoneNumber === 'string'
      ? phoneIdentity({ countryCode, phoneNumber })
      : undefined;
  const ofUsername = typeof username === 'string' ? usernameIdentity(username) : undefined;
  const ofEmail = isProved === true && typeof email === 'string' ? emailIdentity(email) : undefined;
  return [ofUsername, ofNumber, ofEmail].filter((identity) => identity !== undefined);
}

/**
 * The identities that an account is to have. Its address is proved, and its number unless it says
 * otherwise; when exactly, is not known of an account that another program stored.
 */
export function ownedIdentitiesOf(account: NamesDocument): readonly OwnedIdentity[] {
  const { phone_number_proved: isProved = true, updated_at: provedBy } = account;
  const knownAt = provedBy instanceof Date ? provedBy : null;
  const verifiedAt = { username: null, phone: isProved ? knownAt : null, email: knownAt };
  return identitiesOf(account).map((identity) => ({
    ...identity,
    accountId: account._id.toHexString(),
    verifiedAt: verifiedAt[identity.kind],
  }));
}
