import type { OperationContext, PhoneNumber } from '@org/core';
import { parseObjectId, type CollectionReport, type NewDocument } from '@org/core/store';

import type {
  CreateAccountByUsernameAndPasswordParams,
  Profile,
  UpdateAccountProfileParams,
} from '../types.ts';
import { AccountContactWriter } from './account-contact-writer.ts';
import type { CompleteDependencies } from './account-dependencies.ts';
import { AccountRestorer } from './account-restorer.ts';
import { assertFound, toStoredAccount, type StoredAccount } from './account-util.ts';
import { AccountIdentities } from './identity/account-identities.ts';
import type { IdentityState } from './identity/identity-state.ts';
import {
  AccountModel,
  EMPTY_ACCOUNT,
  toProfileFields,
  type AccountDocument,
} from './store/account-model.ts';
import { AccountRepository } from './store/account-repository.ts';
import { explainNameConflict, UniqueNames } from './unique-names.ts';

const EXISTING = { active: true };
const USABLE = { ...EXISTING, disabled_at: null };
const DISABLED = { ...EXISTING, disabled_at: { $ne: null } };

type DeclaredValues = Readonly<Record<string, unknown>>;

/** An account that signs up with a username. */
export interface NewAccount extends Omit<CreateAccountByUsernameAndPasswordParams, 'password'> {
  readonly hashedPassword: string;
  /** As they are stored. */
  readonly declared: DeclaredValues;
}

export interface PasswordChange {
  readonly accountId: string;
  readonly hashedPassword: string;
  /** The hash that the account must still have. Default: any. */
  readonly previousHash?: string;
}

/** An account that begins with a proved e-mail address. */
export interface NewEmailAccount extends Profile {
  readonly email: string;
  /** Empty: without a password. */
  readonly hashedPassword: string;
}

/**
 * Writes accounts: active ones, without those that operators have disabled, unless a method says
 * otherwise. Methods throw
 * AccountWithIdNotFoundError if no account has the id, unless they return `undefined` in that case.
 */
export class AccountWriter {
  readonly contacts: AccountContactWriter;
  readonly restorer: AccountRestorer;
  readonly #repository: AccountRepository;
  readonly #identities: AccountIdentities;
  readonly #identityState: IdentityState;
  readonly #uniqueNames: UniqueNames;

  constructor(dependencies: CompleteDependencies) {
    this.#identityState = dependencies.identityState;
    this.#repository = new AccountRepository(dependencies);
    this.#identities = new AccountIdentities(dependencies);
    this.#uniqueNames = new UniqueNames(this.#repository, dependencies);
    this.contacts = new AccountContactWriter(this.#repository, this.#identities, this.#uniqueNames);
    this.restorer = new AccountRestorer({
      repository: this.#repository,
      identities: this.#identities,
      uniqueNames: this.#uniqueNames,
      contacts: this.contacts,
    });
  }

  async initialize(): Promise<readonly CollectionReport[]> {
    // Before there are accounts: a database without them is complete.
    const state = await this.#identityState.initialize();
    const identities = await this.#identities.initialize();
    const accounts = await this.#repository.initialize(!this.#identityState.isComplete);
    await this.#uniqueNames.initialize(accounts);
    return [accounts, identities, state];
  }

  async createAccount(account: NewAccount, transaction: OperationContext): Promise<StoredAccount> {
    const document = {
      ...EMPTY_ACCOUNT,
      ...toProfileFields(account),
      username: account.username,
      hashed_password: account.hashedPassword,
      ...account.declared,
    };
    return this.#insert(document, transaction);
  }

  async createAccountByPhoneNumber(
    { countryCode, phoneNumber }: PhoneNumber,
    declared: DeclaredValues,
    transaction: OperationContext,
  ): Promise<StoredAccount> {
    const document = {
      ...EMPTY_ACCOUNT,
      phone_number: { country_code: countryCode, phone_number: phoneNumber },
      phone_number_proved: false,
      ...declared,
    };
    return this.#insert(document, transaction);
  }

  async createAccountByEmail(
    account: NewEmailAccount,
    declared: DeclaredValues,
    transaction: OperationContext,
  ): Promise<StoredAccount> {
    const document = {
      ...EMPTY_ACCOUNT,
      ...toProfileFields(account),
      email: account.email,
      email_verified: true,
      hashed_password: account.hashedPassword,
      ...declared,
    };
    return this.#insert(document, transaction);
  }

  async updateProfile(
    { accountId, ...profile }: UpdateAccountProfileParams,
    declared: DeclaredValues,
    context: OperationContext,
  ): Promise<StoredAccount> {
    const update = { $set: { ...toProfileFields(profile), ...declared } };
    return assertFound(await this.#update({ accountId }, update, context), accountId);
  }

  async markPhoneNumberProved(accountId: string, context: OperationContext): Promise<void> {
    const update = { $set: { phone_number_proved: true }, $inc: { identity_version: 1 } };
    const proved = assertFound(await this.#update({ accountId }, update, context), accountId);
    await this.#identities.markPhoneNumberVerified(accountId, proved.document, context);
  }

  /** @returns `undefined` if there is no active account with this id and the previous hash */
  async setPassword(
    change: PasswordChange,
    transaction: OperationContext,
  ): Promise<StoredAccount | undefined> {
    const $set = { hashed_password: change.hashedPassword };
    return this.#update(change, { $set, $inc: { session_epoch: 1 } }, transaction);
  }

  /** @returns whether it was replaced: the password may have been changed meanwhile */
  async replaceHash(
    change: Required<PasswordChange>,
    transaction: OperationContext,
  ): Promise<boolean> {
    const update = { $set: { hashed_password: change.hashedPassword } };
    const replaced = await this.#update(change, update, transaction);
    return replaced !== undefined;
  }

  /** Marks the account as deleted, disabled or not; its sessions are no longer valid. */
  async deleteAccount(
    accountId: string,
    deletedAt: Date,
    transaction: OperationContext,
  ): Promise<StoredAccount> {
    const update = { $set: { active: false, deleted_at: deletedAt }, $inc: { session_epoch: 1 } };
    const updated = await this.#update({ accountId }, update, transaction, EXISTING);
    const deleted = assertFound(updated, accountId);
    await this.#identities.release(accountId, deleted.document, transaction);
    return deleted;
  }

  /** Makes the sessions of an account, disabled or not, invalid. */
  async raiseSessionEpoch(accountId: string, transaction: OperationContext): Promise<void> {
    const update = { $inc: { session_epoch: 1 } };
    assertFound(await this.#update({ accountId }, update, transaction, EXISTING), accountId);
  }

  /** @returns `undefined` if no enabled account has the id; its sessions are no longer valid */
  async disable(
    accountId: string,
    disabledAt: Date,
    transaction: OperationContext,
  ): Promise<StoredAccount | undefined> {
    const update = { $set: { disabled_at: disabledAt }, $inc: { session_epoch: 1 } };
    return this.#update({ accountId }, update, transaction);
  }

  /**
   * Sessions that a version before this one let begin meanwhile are no longer valid.
   *
   * @returns `undefined` if no disabled account has the id
   */
  async enable(
    accountId: string,
    transaction: OperationContext,
  ): Promise<StoredAccount | undefined> {
    const update = { $unset: { disabled_at: true as const }, $inc: { session_epoch: 1 } };
    return this.#update({ accountId }, update, transaction, DISABLED);
  }

  /** @returns `undefined` if there is no active account with this id, or it has another hash */
  async #update(
    { accountId, previousHash }: Pick<PasswordChange, 'accountId' | 'previousHash'>,
    update: Parameters<AccountRepository['findOneAndUpdate']>[1],
    context: OperationContext,
    accounts: typeof EXISTING | typeof DISABLED = USABLE,
  ): Promise<StoredAccount | undefined> {
    const _id = parseObjectId(accountId);
    const withHash = previousHash === undefined ? {} : { hashed_password: previousHash };
    const filter = { ...withHash, ...accounts };
    return toStoredAccount(
      _id && (await this.#repository.findOneAndUpdate({ ...filter, _id }, update, context)),
    );
  }

  /**
   * Stores accounts with all their names.
   *
   * @throws DuplicateKeyError if another account has a name or an id; the transaction is lost then
   */
  async createAll(
    documents: readonly NewDocument<AccountDocument>[],
    transaction: OperationContext,
  ): Promise<readonly AccountDocument[]> {
    for (const document of documents) {
      await this.#uniqueNames.assertFree(document, transaction);
    }
    const identified = documents.map((document) => ({ ...document, identity_version: 1 }));
    const inserted = await this.#repository.insertMany(identified, transaction);
    await this.#identities.giveAll(inserted, transaction);
    return inserted;
  }

  async #insert(
    document: NewDocument<AccountDocument>,
    transaction: OperationContext,
  ): Promise<StoredAccount> {
    try {
      const [inserted] = await this.createAll([document], transaction);
      return AccountModel.fromBson(inserted as AccountDocument);
    } catch (error) {
      throw explainNameConflict(error, document);
    }
  }
}
