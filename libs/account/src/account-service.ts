import type { AccountDirectory } from '@org/authentication';
import type { AuditTrail, OperationContext } from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';
import type { NotificationService } from '@org/notification';

import { AccountPolicy } from './internal/account-policy.ts';
import { AccountReader } from './internal/account-reader.ts';
import { AccountUtil } from './internal/account-util.ts';
import { AccountWriter } from './internal/account-writer.ts';
import { AccountRepository } from './internal/store/account-repository.ts';
import type {
  Account,
  AccountNotificationPreferences,
  AccountNotificationPreferencesByAccountIdParams,
  AccountSearchByIdParams,
  AccountSearchParams,
  AccountSettings,
  CreateAccountByUsernameAndPasswordParams,
} from './types.ts';

export interface AccountServiceDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  readonly notification: NotificationService;
  readonly settings?: AccountSettings;
}

/** Accounts: who they are and how they prove it. */
export class AccountService implements AccountDirectory {
  readonly #repository: AccountRepository;
  readonly #reader: AccountReader;
  readonly #writer: AccountWriter;
  readonly #notification: NotificationService;

  private constructor(dependencies: AccountServiceDependencies) {
    const { database, audit, notification, settings = {} } = dependencies;
    const util = new AccountUtil(settings.passwordHashing);
    this.#repository = new AccountRepository({ database, audit });
    this.#reader = new AccountReader({ repository: this.#repository, util });
    this.#writer = new AccountWriter({
      repository: this.#repository,
      util,
      policy: new AccountPolicy(settings),
      transactions: database,
      notification,
    });
    this.#notification = notification;
  }

  static create(dependencies: AccountServiceDependencies): AccountService {
    return new AccountService(dependencies);
  }

  /** Creates this module's collection and indexes; call it before the first use. */
  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#repository.onInitCollection()];
  }

  /**
   * Signs up with a username, which is unique without regard to case, and a password. The account's
   * notification preferences are created with it, all true.
   *
   * @throws AccountBadRequestError when a field is refused; the message says why
   * @throws AccountWithUserNameExistsError when another active account has the username
   * @throws ServiceUnavailableError when too many passwords are being hashed already
   */
  async createAccountByUsernameAndPassword(
    params: CreateAccountByUsernameAndPasswordParams,
    context: OperationContext,
  ): Promise<Account> {
    return this.#writer.createAccountByUsernameAndPassword(params, context);
  }

  /** @throws AccountWithIdNotFoundError when there is no active account of this id */
  async getAccountById(
    params: AccountSearchByIdParams,
    context: OperationContext,
  ): Promise<Account> {
    return this.#reader.getAccountById(params, context);
  }

  /**
   * Takes the same time whether the username is unknown or the password wrong.
   *
   * @throws AccountInvalidCredentialsError when no active account has this username and password
   * @throws ServiceUnavailableError when too many passwords are being hashed already
   */
  async getAccountByUsernameAndPassword(
    params: AccountSearchParams,
    context: OperationContext,
  ): Promise<Account> {
    return this.#reader.getAccountByUsernameAndPassword(params, context);
  }

  /** @throws AccountNotificationPreferencesNotFoundError when the account has none */
  async getAccountNotificationPreferencesByAccountId(
    params: AccountNotificationPreferencesByAccountIdParams,
    context: OperationContext,
  ): Promise<AccountNotificationPreferences> {
    return this.#notification.getAccountNotificationPreferencesByAccountId(params, context);
  }
}
