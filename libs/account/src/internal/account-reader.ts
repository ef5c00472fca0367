import type { AccountCollection } from '@org/authentication';
import {
  boundPhoneNumber,
  formatE164,
  parsePhoneNumber,
  type OperationContext,
  type PhoneNumber,
} from '@org/core';

import {
  AccountStateError,
  AccountNotFoundError,
  AccountWithIdNotFoundError,
  AccountWithPhoneNumberNotFoundError,
} from '../errors.ts';
import type { AccountFieldDefinitions } from '../fields/account-fields.ts';
import { DeclaredFields } from '../fields/declared-fields.ts';
import type { Account } from '../types.ts';
import { isSameAddress, spellingsOfAddress, spellingsOfUsername } from './username.ts';
import type { CompleteDependencies } from './account-dependencies.ts';
import { assertFound, toAccount, toStoredAccount, type StoredAccount } from './account-util.ts';
import { emailIdentity, phoneIdentity, usernameIdentity } from './identity/identity-key.ts';
import type { IdentityState } from './identity/identity-state.ts';
import { AccountModel } from './store/account-model.ts';
import { AccountRepository } from './store/account-repository.ts';
import { preferSpelling } from './store/spelling-model.ts';
import { ErasableAccountRepository } from './store/erasable-account-repository.ts';

/** What sessions read of their accounts. */
export const accountCollection: AccountCollection = {
  name: AccountModel.getCollectionName(),
  activeField: 'active',
  disabledField: 'disabled_at',
  sessionEpochField: 'session_epoch',
};

/** The same, with the account itself, for claims in access tokens. */
export function accountCollectionWith<Fields extends AccountFieldDefinitions>(
  fields: Fields,
): AccountCollection<Account<Fields>> {
  const declared = DeclaredFields.create(fields);
  return {
    ...accountCollection,
    toAccount: (document) => toAccount(AccountModel.fromBson(document), declared),
  };
}

/**
 * Reads accounts: active ones, without those that operators have disabled, unless a method says
 * otherwise. An existing account is active, disabled or not.
 */
export class AccountReader {
  readonly #repository: AccountRepository;
  readonly #erasable: ErasableAccountRepository;
  readonly #identityState: IdentityState;

  constructor(dependencies: CompleteDependencies) {
    this.#identityState = dependencies.identityState;
    this.#repository = new AccountRepository(dependencies);
    this.#erasable = new ErasableAccountRepository(dependencies);
  }

  async getAccountById(id: string, context: OperationContext): Promise<StoredAccount> {
    return assertFound(await this.findAccountById(id, context), id);
  }

  async findAccountById(id: string, context: OperationContext): Promise<StoredAccount | undefined> {
    return unlessDisabled(await this.findExistingById(id, context));
  }

  async getExistingById(id: string, context: OperationContext): Promise<StoredAccount> {
    return assertFound(await this.findExistingById(id, context), id);
  }

  async findExistingById(
    id: string,
    context: OperationContext,
  ): Promise<StoredAccount | undefined> {
    return toStoredAccount(await this.#repository.findActiveById(id, context));
  }

  async getAccountByUsername(username: string, context: OperationContext): Promise<StoredAccount> {
    const account = await this.findAccountByUsername(username, context);
    if (account === undefined) {
      throw new AccountNotFoundError(username);
    }
    return account;
  }

  async findAccountByUsername(
    username: string,
    context: OperationContext,
  ): Promise<StoredAccount | undefined> {
    return unlessDisabled(await this.findExistingByUsername(username, context));
  }

  async findExistingByUsername(
    username: string,
    context: OperationContext,
  ): Promise<StoredAccount | undefined> {
    const spellings = spellingsOfUsername(username);
    if (!this.#identityState.isComplete) {
      return toStoredAccount(await this.#repository.findActiveByUsername(spellings, context));
    }
    const keys = spellings.flatMap((spelling) => usernameIdentity(spelling)?.key ?? []);
    const found = await this.#repository.findActiveByIdentities([...new Set(keys)], context);
    return toStoredAccount(preferSpelling(found, spellings));
  }

  /** @returns the account whose proved e-mail address this is */
  async findAccountByEmail(
    emailAddress: string,
    context: OperationContext,
  ): Promise<StoredAccount | undefined> {
    return unlessDisabled(await this.findExistingByEmail(emailAddress, context));
  }

  async findExistingByEmail(
    emailAddress: string,
    context: OperationContext,
  ): Promise<StoredAccount | undefined> {
    const identity = emailIdentity(emailAddress);
    const keys = identity === undefined ? [] : [identity.key];
    const [found] = await this.#repository.findActiveByIdentities(keys, context);
    const account = toStoredAccount(found);
    return account?.isEmailVerified === true ? account : undefined;
  }

  /**
   * The account that whoever proves this e-mail address logs in to: that whose proved address it is,
   * or whose username it is, unless that account has another proved contact. Looks for both, so that
   * the time does not tell.
   */
  async findAccountToProve(
    emailAddress: string,
    context: OperationContext,
  ): Promise<StoredAccount | undefined> {
    return unlessDisabled(await this.findExistingToProve(emailAddress, context));
  }

  async findExistingToProve(
    emailAddress: string,
    context: OperationContext,
  ): Promise<StoredAccount | undefined> {
    const proved = await this.findExistingByEmail(emailAddress, context);
    const named = await this.#findAccountNamedLike(emailAddress, context);
    return proved ?? (named?.hasProvedContact === false ? named : undefined);
  }

  async #findAccountNamedLike(
    emailAddress: string,
    context: OperationContext,
  ): Promise<StoredAccount | undefined> {
    const spellings = spellingsOfAddress(emailAddress);
    const keys = spellings.flatMap((spelling) => usernameIdentity(spelling)?.key ?? []);
    const found = this.#identityState.isComplete
      ? await this.#repository.findActiveByIdentities([...new Set(keys)], context)
      : await this.#repository.findActiveByCollation(spellings, context);
    const same = found.filter(({ username }) => isSameAddress(username, emailAddress));
    return toStoredAccount(same.find(({ username }) => username === emailAddress) ?? same[0]);
  }

  async getAccountByPhoneNumber(
    phoneNumber: PhoneNumber,
    context: OperationContext,
  ): Promise<StoredAccount> {
    const account = await this.findAccountByPhoneNumber(phoneNumber, context);
    if (account === undefined) {
      throw new AccountWithPhoneNumberNotFoundError(formatE164(phoneNumber));
    }
    return account;
  }

  /**
   * Looks for the number as sent, in case an earlier backend stored it like that, then normalised.
   */
  async findAccountByPhoneNumber(
    sent: PhoneNumber,
    context: OperationContext,
  ): Promise<StoredAccount | undefined> {
    return unlessDisabled(await this.findExistingByPhoneNumber(sent, context));
  }

  async findExistingByPhoneNumber(
    sent: PhoneNumber,
    context: OperationContext,
  ): Promise<StoredAccount | undefined> {
    const asSent = boundPhoneNumber(sent);
    if (this.#identityState.isComplete) {
      const identity = phoneIdentity(asSent);
      const keys = identity === undefined ? [] : [identity.key];
      const [account] = await this.#repository.findActiveByIdentities(keys, context);
      return toStoredAccount(account);
    }
    const found = await this.#repository.findActiveByPhoneNumber(asSent, context);
    if (found !== undefined) {
      return toStoredAccount(found);
    }
    const normalized = parsePhoneNumber(asSent);
    if (normalized === undefined || isSame(normalized, asSent)) {
      return undefined;
    }
    return toStoredAccount(await this.#repository.findActiveByPhoneNumber(normalized, context));
  }

  /**
   * When the account with this id, of any shape, was deleted.
   *
   * @throws AccountWithIdNotFoundError if there is no account with this id
   * @throws AccountStateError if it is active, or was deleted by an earlier backend
   */
  async getDeletionTime(id: string, context: OperationContext): Promise<Date> {
    const found = await this.#erasable.findById(id, context);
    if (found === undefined) {
      throw new AccountWithIdNotFoundError(id);
    }
    if (found.active) {
      throw new AccountStateError(`Account ${id} is active. Delete it first.`);
    }
    if (!(found.deleted_at instanceof Date)) {
      throw new AccountStateError(
        `Account ${id} was deleted by an earlier backend, and is left as that left it.`,
      );
    }
    return found.deleted_at;
  }
}

function unlessDisabled(account: StoredAccount | undefined): StoredAccount | undefined {
  return account?.isDisabled === true ? undefined : account;
}

function isSame(one: PhoneNumber, other: PhoneNumber): boolean {
  return one.countryCode === other.countryCode && one.phoneNumber === other.phoneNumber;
}
