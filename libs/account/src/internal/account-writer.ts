import type { ThrottleService } from '@org/authentication';
import type { OperationContext, TransactionRunner } from '@org/core';
import { DuplicateKeyError, type NewDocument } from '@org/core/store';

import type { AccountNotifier } from '../account-notifier.ts';
import { AccountWithIdNotFoundError, AccountWithUserNameExistsError } from '../errors.ts';
import type {
  Account,
  AccountNotificationPreferences,
  CreateAccountByUsernameAndPasswordParams,
  CreateOrUpdateAccountNotificationPreferencesParams,
  UpdateAccountProfileParams,
} from '../types.ts';
import { checkPreferences, checkSignUp } from './account-parameters-policy.ts';
import { checkName, normalizeUsername } from './account-policy.ts';
import { AccountUtil } from './account-util.ts';
import { PasswordPolicy } from './password-policy.ts';
import type { AccountDocument } from './store/account-model.ts';
import type { AccountRepository } from './store/account-repository.ts';

export interface AccountWriterDependencies {
  readonly repository: AccountRepository;
  readonly util: AccountUtil;
  readonly passwordPolicy: PasswordPolicy;
  readonly transactions: TransactionRunner;
  readonly throttle: ThrottleService;
  readonly notification: AccountNotifier;
}

/** Accounts that sign up with a username, and what their owners say of themselves. */
export class AccountWriter {
  readonly #repository: AccountRepository;
  readonly #util: AccountUtil;
  readonly #passwordPolicy: PasswordPolicy;
  readonly #transactions: TransactionRunner;
  readonly #throttle: ThrottleService;
  readonly #notification: AccountNotifier;

  constructor(dependencies: AccountWriterDependencies) {
    this.#repository = dependencies.repository;
    this.#util = dependencies.util;
    this.#passwordPolicy = dependencies.passwordPolicy;
    this.#transactions = dependencies.transactions;
    this.#throttle = dependencies.throttle;
    this.#notification = dependencies.notification;
  }

  /**
   * Stores the account and its notification preferences, both or none. That the username is free is
   * left to the unique index: a look beforehand would not hold until the insert.
   *
   * @throws AccountBadRequestError when a field is refused
   * @throws AccountWithUserNameExistsError when another active account has the username
   */
  async createAccountByUsernameAndPassword(
    params: CreateAccountByUsernameAndPasswordParams,
    context: OperationContext,
  ): Promise<Account> {
    // A form that is refused counts too.
    await this.#throttle.consumeSignUp(context);
    const username = await this.#check(params);
    const document = {
      active: true,
      first_name: params.firstName,
      last_name: params.lastName,
      username,
      hashed_password: await this.#util.hashPassword(params.password),
      phone_number: null,
    };
    return this.#transactions.withTransaction(context, async (transaction) => {
      const account = await this.#insertAccount(document, transaction);
      await this.#notification.createOrUpdateAccountNotificationPreferences(
        { accountId: account.id },
        transaction,
      );
      return account;
    });
  }

  async countRefusedSignUp(context: OperationContext): Promise<void> {
    await this.#throttle.consumeSignUp(context);
  }

  /**
   * @throws AccountBadRequestError when a name is refused
   * @throws AccountWithIdNotFoundError when there is no active account of this id
   */
  async updateAccountProfile(
    { accountId, firstName, lastName }: UpdateAccountProfileParams,
    context: OperationContext,
  ): Promise<Account> {
    const names = {
      ...(firstName == null ? {} : { first_name: firstName }),
      ...(lastName == null ? {} : { last_name: lastName }),
    };
    checkNames(names);
    const updated =
      Object.keys(names).length === 0
        ? await this.#repository.findActiveById(accountId, context)
        : await this.#repository.updateActive(accountId, { $set: names }, context);
    if (updated === undefined) {
      throw new AccountWithIdNotFoundError(accountId);
    }
    return AccountUtil.convertAccountBsonToAccount(updated);
  }

  /** @throws AccountWithIdNotFoundError when there is no active account of this id */
  async createOrUpdateAccountNotificationPreferences(
    params: CreateOrUpdateAccountNotificationPreferencesParams,
    context: OperationContext,
  ): Promise<AccountNotificationPreferences> {
    checkPreferences(params);
    return this.#transactions.withTransaction(context, async (transaction) => {
      const account = await this.#repository.findActiveById(params.accountId, transaction);
      if (account === undefined) {
        throw new AccountWithIdNotFoundError(params.accountId);
      }
      return this.#notification.createOrUpdateAccountNotificationPreferences(params, transaction);
    });
  }

  /** @throws AccountWithUserNameExistsError when another active account has the username */
  async #insertAccount(
    document: NewDocument<AccountDocument>,
    transaction: OperationContext,
  ): Promise<Account> {
    try {
      const stored = await this.#repository.insertActive(document, transaction);
      return AccountUtil.convertAccountBsonToAccount(stored);
    } catch (error) {
      throw error instanceof DuplicateKeyError
        ? new AccountWithUserNameExistsError(document.username, error)
        : error;
    }
  }

  /** @returns the username as it is to be stored */
  async #check(params: CreateAccountByUsernameAndPasswordParams): Promise<string> {
    checkSignUp(params);
    const username = normalizeUsername(params.username);
    checkNames({ first_name: params.firstName, last_name: params.lastName });
    PasswordPolicy.checkDiffersFromUsername(params.password, username);
    await this.#passwordPolicy.checkNewPassword(params.password);
    return username;
  }
}

function checkNames(names: Partial<Pick<AccountDocument, 'first_name' | 'last_name'>>): void {
  for (const field of ['first_name', 'last_name'] as const) {
    const name = names[field];
    if (name !== undefined) {
      checkName(field, name);
    }
  }
}
