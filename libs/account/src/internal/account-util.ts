import type { DirectoryAccount } from '@org/authentication';
import { parseStoredPhoneNumber, type PhoneNumber } from '@org/core';
import { NotificationBadRequestError } from '@org/notification';

import { AccountBadRequestError, AccountWithIdNotFoundError } from '../errors.ts';
import type { AccountFieldDefinitions } from '../fields/account-fields.ts';
import type { DeclaredFields } from '../fields/declared-fields.ts';
import type { Account } from '../types.ts';
import { AccountModel, EMPTY_ACCOUNT, type AccountDocument } from './store/account-model.ts';

/** An account with all stored fields, including the password hash; never leaves this module. */
export type StoredAccount = AccountModel;

export function toStoredAccount(document: AccountDocument | undefined): StoredAccount | undefined {
  return document && AccountModel.fromBson(document);
}

export function assertFound(account: StoredAccount | undefined, id: string): StoredAccount {
  if (account === undefined) {
    throw new AccountWithIdNotFoundError(id);
  }
  return account;
}

/** The account as the rest of the system sees it. */
export function toAccount<Fields extends AccountFieldDefinitions>(
  stored: StoredAccount,
  fields: DeclaredFields,
): Account<Fields> {
  return { ...stored.toAccount(), ...fields.valuesOf(stored.document) } as Account<Fields>;
}

/** For an unauthenticated caller: an account as if it had just been created. */
export function toUntoldAccount(
  accountId: string,
  { countryCode, phoneNumber }: PhoneNumber,
  now: Date,
): StoredAccount {
  return AccountModel.fromBson({
    ...EMPTY_ACCOUNT,
    _id: accountId,
    phone_number: { country_code: countryCode, phone_number: phoneNumber },
    phone_number_proved: false,
    created_at: now,
    updated_at: now,
  });
}

/** Its phone number, normalised even if an earlier backend stored it differently. */
export function normalPhoneNumberOf({ phoneNumber }: StoredAccount): PhoneNumber | undefined {
  return phoneNumber === null ? undefined : parseStoredPhoneNumber(phoneNumber);
}

/** How messages to an account are written, if the program declares `locale` and `timeZone`. */
export interface Language {
  readonly locale?: string;
  readonly timeZone?: string;
}

/** Any text: a message is never lost because it is no locale or zone. */
export function languageOf(document: StoredAccount['document'], fields: DeclaredFields): Language {
  const { locale, timeZone } = fields.valuesOf(document);
  return {
    ...(typeof locale === 'string' ? { locale } : {}),
    ...(typeof timeZone === 'string' ? { timeZone } : {}),
  };
}

/** For a code that is sent to it. */
export function toDirectoryAccount(
  { id, isDisabled, document }: StoredAccount,
  fields: DeclaredFields,
): DirectoryAccount {
  return { id, isDisabled, ...languageOf(document, fields) };
}

/** To whoever changes preferences, it makes no difference which module keeps them. */
export function asBadRequest(error: unknown): never {
  throw error instanceof NotificationBadRequestError
    ? new AccountBadRequestError(error.message, error.details)
    : error;
}
