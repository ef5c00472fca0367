import type { OperationContext, TransactionRunner } from '@org/core';
import { DuplicateKeyError } from '@org/core/store';
import type { NotificationService } from '@org/notification';

import { AccountWithUserNameExistsError } from '../errors.ts';
import type { Account, CreateAccountByUsernameAndPasswordParams } from '../types.ts';
import { AccountPolicy } from './account-policy.ts';
import { AccountUtil } from './account-util.ts';
import type { AccountRepository } from './store/account-repository.ts';

export interface AccountWriterDependencies {
  readonly repository: AccountRepository;
  readonly util: AccountUtil;
  readonly policy: AccountPolicy;
  readonly transactions: TransactionRunner;
  readonly notification: NotificationService;
}

export class AccountWriter {
  readonly #repository: AccountRepository;
  readonly #util: AccountUtil;
  readonly #policy: AccountPolicy;
  readonly #transactions: TransactionRunner;
  readonly #notification: NotificationService;

  constructor(dependencies: AccountWriterDependencies) {
    this.#repository = dependencies.repository;
    this.#util = dependencies.util;
    this.#policy = dependencies.policy;
    this.#transactions = dependencies.transactions;
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
    const username = AccountPolicy.normalizeUsername(params.username);
    AccountPolicy.checkName('first_name', params.firstName);
    AccountPolicy.checkName('last_name', params.lastName);
    this.#policy.checkNewPassword(params.password);
    const document = {
      active: true,
      first_name: params.firstName,
      last_name: params.lastName,
      username,
      hashed_password: await this.#util.hashPassword(params.password),
      phone_number: null,
    };
    try {
      return await this.#transactions.withTransaction(context, async (transaction) => {
        const stored = await this.#repository.insertOne(document, transaction);
        const account = AccountUtil.convertAccountBsonToAccount(stored);
        await this.#notification.createOrUpdateAccountNotificationPreferences(
          { accountId: account.id },
          transaction,
        );
        return account;
      });
    } catch (error) {
      throw error instanceof DuplicateKeyError && error.fields.includes('username')
        ? new AccountWithUserNameExistsError(username, error)
        : error;
    }
  }
}
