import { formatE164, type OperationContext } from '@org/core';
import { DuplicateKeyError, type CollectionReport } from '@org/core/store';

import {
  AccountWithEmailExistsError,
  AccountWithPhoneNumberExistsError,
  AccountWithUserNameExistsError,
} from '../errors.ts';
import type { CompleteDependencies } from './account-dependencies.ts';
import type { IdentityState } from './identity/identity-state.ts';
import { uniquePhoneNumber, uniqueUsername } from './store/account-index-model.ts';
import type { AccountDocument } from './store/account-model.ts';
import { AccountNameLockRepository } from './store/account-name-lock-repository.ts';
import type { AccountRepository } from './store/account-repository.ts';

/**
 * Keeps active accounts' usernames and phone numbers unique if two earlier documents collide and
 * the unique index cannot be built: with a check and a lock in the transaction.
 */
export class UniqueNames {
  readonly #accounts: AccountRepository;
  readonly #locks: AccountNameLockRepository;
  readonly #identityState: IdentityState;
  #missingIndexes: ReadonlySet<string | undefined> = new Set();

  constructor(accounts: AccountRepository, dependencies: CompleteDependencies) {
    this.#identityState = dependencies.identityState;
    this.#accounts = accounts;
    this.#locks = new AccountNameLockRepository(dependencies);
  }

  /** @param report of the accounts collection, with the indexes that could not be built */
  async initialize({ indexConflicts }: CollectionReport): Promise<void> {
    this.#missingIndexes = new Set(indexConflicts.map(({ indexName }) => indexName));
    if (this.#missingIndexes.size > 0) {
      await this.#locks.onInitCollection();
      await this.#accounts.createSubstituteIndexes(this.#missingIndexes);
    }
  }

  /**
   * Checks names that neither a unique index nor identities alone protect. If an account is stored after the check, the lock
   * conflicts, and the transaction restarts.
   */
  async assertFree(
    { username, phone_number: number }: Pick<AccountDocument, 'username' | 'phone_number'>,
    transaction: OperationContext,
  ): Promise<void> {
    if (this.#identityState.isComplete) {
      return;
    }
    if (username !== '' && this.#missingIndexes.has(uniqueUsername.options?.name)) {
      const [taken] = await this.#accounts.findActiveByCollation([username], transaction);
      refuse('username', taken);
      await this.#locks.lock(username, transaction);
    }
    // An earlier backend may have omitted the field.
    if (number && this.#missingIndexes.has(uniquePhoneNumber.options?.name)) {
      const { country_code: countryCode, phone_number: phoneNumber } = number;
      const sought = { countryCode, phoneNumber };
      const taken = await this.#accounts.findActiveByPhoneNumber(sought, transaction);
      refuse('phone_number.phone_number', taken);
      await this.#locks.lock(countryCode + phoneNumber, transaction);
    }
  }
}

/** @returns an error that names what another active account has; otherwise the error itself */
export function explainNameConflict(
  error: unknown,
  {
    username,
    phone_number: number,
    email,
  }: Pick<AccountDocument, 'username' | 'phone_number' | 'email'>,
): unknown {
  if (!(error instanceof DuplicateKeyError)) {
    return error;
  }
  if (email && error.fields.includes('email')) {
    return new AccountWithEmailExistsError(email, error);
  }
  if (!number || error.fields.includes('username')) {
    return new AccountWithUserNameExistsError(username, error);
  }
  const { country_code: countryCode, phone_number: phoneNumber } = number;
  return new AccountWithPhoneNumberExistsError(formatE164({ countryCode, phoneNumber }), error);
}

function refuse(field: string, taken: AccountDocument | undefined): void {
  if (taken !== undefined) {
    throw new DuplicateKeyError([field], undefined);
  }
}
