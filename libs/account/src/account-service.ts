import type {
  AccountCollection,
  AccountDirectory,
  AuthenticationService,
  ThrottleService,
} from '@org/authentication';
import { systemClock, type Clock, type OperationContext, type TransactionRunner } from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import type { AccountDataHolder } from './account-data-holder.ts';
import type { AccountJobQueue } from './account-job-queue.ts';
import type { AccountNotifier } from './account-notifier.ts';
import { registerAccountJobs } from './internal/account-jobs.ts';
import { AccountReader } from './internal/account-reader.ts';
import { AccountUseCases } from './internal/account-use-cases.ts';
import { AccountClaimRepository } from './internal/store/account-claim-repository.ts';
import { AccountRepository } from './internal/store/account-repository.ts';
import type { PersonalAuditTrail } from './personal-audit-trail.ts';
import type {
  Account,
  AccountExport,
  AccountForLogin,
  AccountIdParams,
  AccountNotificationPreferences,
  AccountNotificationPreferencesByAccountIdParams,
  AccountSearchByIdParams,
  AccountSearchByPhoneNumberParams,
  AccountSearchByUsernameParams,
  AccountSearchParams,
  AccountSettings,
  ChangeAccountPasswordParams,
  CreateAccountByPhoneNumberParams,
  CreateAccountByUsernameAndPasswordParams,
  CreateOrUpdateAccountNotificationPreferencesParams,
  RequestPasswordResetParams,
  ResetPasswordParams,
  UpdateAccountProfileParams,
} from './types.ts';

export interface AccountServiceDependencies {
  readonly database: Database;
  readonly audit: PersonalAuditTrail;
  /** Where jobs are stored to be run. */
  readonly jobs: Pick<AccountJobQueue, 'dispatch'>;
  readonly notification: AccountNotifier;
  readonly authentication: AuthenticationService;
  readonly throttle: ThrottleService;
  /** Modules beside this one that keep data of accounts. Default: none. */
  readonly dataHolders?: readonly AccountDataHolder[];
  /** Default: the machine's clock. */
  readonly clock?: Clock;
  readonly settings?: AccountSettings;
}

/** Accounts: who they are, how they prove it, and how they end. */
export class AccountService implements AccountDirectory {
  readonly #repository: AccountRepository;
  readonly #transactions: TransactionRunner;
  readonly #notification: AccountNotifier;
  readonly #use: AccountUseCases;

  private constructor(dependencies: AccountServiceDependencies) {
    const { database, audit, notification } = dependencies;
    const claims = new AccountClaimRepository({ database, audit });
    this.#repository = new AccountRepository({ database, audit }, claims);
    this.#transactions = database;
    this.#notification = notification;
    this.#use = new AccountUseCases({
      ...dependencies,
      repository: this.#repository,
      transactions: database,
      clock: dependencies.clock ?? systemClock,
      dataHolders: dependencies.dataHolders ?? [],
      settings: dependencies.settings ?? {},
    });
  }

  /** For AuthenticationService, which reads sessions together with their accounts. */
  static describeCollection(): AccountCollection {
    return AccountReader.describeCollection();
  }

  static create(dependencies: AccountServiceDependencies): AccountService {
    return new AccountService(dependencies);
  }

  /** Registers what this module does outside of requests: mails for resets, and clean-ups, daily. */
  registerJobs(jobs: Pick<AccountJobQueue, 'register'>): void {
    registerAccountJobs(jobs, this.#use);
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
   * @throws TooManyRequestsError when the source signs up too often
   * @throws ServiceUnavailableError when too many passwords are being hashed already
   */
  async createAccountByUsernameAndPassword(
    params: CreateAccountByUsernameAndPasswordParams,
    context: OperationContext,
  ): Promise<Account> {
    return this.#use.writer.createAccountByUsernameAndPassword(params, context);
  }

  /**
   * Sends a one-time password to the account of a phone number, and creates the account when there is
   * none. The answer is the same for both: names and username empty, the times now.
   *
   * @throws OtpRequestFailedError when the number is not a valid one, or its country is not served
   * @throws TooManyRequestsError within the resend pause, and over the budget of number or source;
   *   nothing is stored or sent then
   * @throws AccountWithPhoneNumberNotFoundError when the number's account came and went meanwhile
   */
  async getOrCreateAccountByPhoneNumber(
    params: CreateAccountByPhoneNumberParams,
    context: OperationContext,
  ): Promise<Account> {
    return this.#use.phoneNumberWriter.getOrCreateAccountByPhoneNumber(params, context);
  }

  /** @throws AccountWithIdNotFoundError when there is no active account of this id */
  async getAccountById(
    params: AccountSearchByIdParams,
    context: OperationContext,
  ): Promise<Account> {
    return this.#use.reader.getAccountById(params, context);
  }

  /** @throws AccountNotFoundError when no active account has the username */
  async getAccountByUsername(
    params: AccountSearchByUsernameParams,
    context: OperationContext,
  ): Promise<Account> {
    return this.#use.reader.getAccountByUsername(params, context);
  }

  /** @returns `undefined` when no active account has the number, as given or normalised */
  async getAccountByPhoneNumber(
    params: AccountSearchByPhoneNumberParams,
    context: OperationContext,
  ): Promise<AccountForLogin | undefined> {
    return this.#use.reader.findAccountByPhoneNumber(params, context);
  }

  /**
   * Takes the same time whether the username is unknown or the password wrong. A hash of an earlier
   * backend, or of less cost than is set now, is replaced.
   *
   * @throws AccountInvalidCredentialsError when no active account has this username and password
   * @throws ServiceUnavailableError when too many passwords are being hashed already
   */
  async getAccountByUsernameAndPassword(
    params: AccountSearchParams,
    context: OperationContext,
  ): Promise<AccountForLogin> {
    const { account, outdatedHash } = await this.#use.reader.getAccountByUsernameAndPassword(
      params,
      context,
    );
    if (outdatedHash !== undefined) {
      const owner = context.withActor({ type: 'account', id: account.id });
      const { password } = params;
      await this.#use.passwordWriter.rehashPassword(account, { password, outdatedHash }, owner);
    }
    return account;
  }

  /**
   * Notes that the account's owner has its phone number. Until then nobody can act as the account,
   * and after a week it is removed.
   *
   * @throws AccountWithIdNotFoundError when there is no active account of this id
   */
  async proveAccountPhoneNumber(
    { accountId }: AccountIdParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#use.phoneNumberWriter.proveAccountPhoneNumber(accountId, context);
  }

  /**
   * @throws AccountBadRequestError when a name is refused; the message says why
   * @throws AccountWithIdNotFoundError when there is no active account of this id
   */
  async updateAccountProfile(
    params: UpdateAccountProfileParams,
    context: OperationContext,
  ): Promise<Account> {
    return this.#use.writer.updateAccountProfile(params, context);
  }

  /**
   * Sets another password, ends the other sessions and tells the owner.
   *
   * @throws AccountWithIdNotFoundError when there is no active account of this id
   * @throws AccountInvalidCredentialsError when the current password is wrong
   * @throws TooManyRequestsError after too many wrong ones
   * @throws AccountBadRequestError when the new password is refused; the message says why
   * @throws ServiceUnavailableError when too many passwords are being hashed already
   */
  async changeAccountPassword(
    { accountId: id, currentPassword, newPassword, currentSessionId }: ChangeAccountPasswordParams,
    context: OperationContext,
  ): Promise<Account> {
    const account = await this.#use.reader.getAccountById({ id }, context);
    await this.#use.currentPassword.prove(account, currentPassword, context);
    const change = { account, newPassword, currentSessionId };
    return this.#use.passwordWriter.changeAccountPassword(change, context);
  }

  /**
   * Accepts a request for a mail with a link to set another password. The same work, whether or not
   * an account has the username.
   *
   * @returns when the link will expire
   * @throws TooManyRequestsError when the name or the source asked too often
   */
  async requestPasswordReset(
    params: RequestPasswordResetParams,
    context: OperationContext,
  ): Promise<{ readonly expiresAt: Date }> {
    return this.#use.passwordResetWriter.requestPasswordReset(params, context);
  }

  /**
   * Sets another password for whoever has the token of the mail, once; ends every session and tells
   * the owner.
   *
   * @throws TooManyRequestsError when the account or the source tried too often
   * @throws AccountBadRequestError when the new password is refused; the token stays good
   * @throws AccountWithIdNotFoundError when there is no active account of this id
   * @throws PasswordResetTokenNotFoundError when the account has never asked for a token
   * @throws PasswordResetTokenUnusableError when the token is expired, used, or another one
   * @throws ServiceUnavailableError when too many passwords are being hashed already
   */
  async resetAccountPassword(
    params: ResetPasswordParams,
    context: OperationContext,
  ): Promise<Account> {
    return this.#use.passwordWriter.resetAccountPassword(params, context);
  }

  /**
   * Sets the given flags; the others keep their values.
   *
   * @throws AccountWithIdNotFoundError when there is no active account of this id
   */
  async createOrUpdateAccountNotificationPreferences(
    params: CreateOrUpdateAccountNotificationPreferencesParams,
    context: OperationContext,
  ): Promise<AccountNotificationPreferences> {
    return this.#use.writer.createOrUpdateAccountNotificationPreferences(params, context);
  }

  /** @throws AccountNotificationPreferencesNotFoundError when the account has none */
  async getAccountNotificationPreferencesByAccountId(
    params: AccountNotificationPreferencesByAccountIdParams,
    context: OperationContext,
  ): Promise<AccountNotificationPreferences> {
    return this.#notification.getAccountNotificationPreferencesByAccountId(params, context);
  }

  /**
   * Everything that is stored about the account, without what it proves itself with.
   *
   * @throws AccountWithIdNotFoundError when there is no active account of this id
   */
  async exportAccount(params: AccountIdParams, context: OperationContext): Promise<AccountExport> {
    return this.#use.exportReader.exportAccount(params, context);
  }

  /**
   * From now on the account answers as an unknown one. Its sessions, one-time passwords, reset tokens,
   * queued messages and push subscriptions end with it. It can be restored until it is erased.
   *
   * @throws AccountWithIdNotFoundError when there is no active account of this id
   */
  async deleteAccount(params: AccountIdParams, context: OperationContext): Promise<void> {
    await this.#use.deletionWriter.deleteAccount(params, context);
  }

  /**
   * Makes a deleted account active again, within the time that is set for it.
   *
   * @throws AccountWithIdNotFoundError when there is no account of this id that can be restored
   * @throws AccountWithUserNameExistsError when its username was taken again
   * @throws AccountWithPhoneNumberExistsError when its phone number was taken again
   */
  async restoreAccount(params: AccountIdParams, context: OperationContext): Promise<Account> {
    return this.#use.deletionWriter.restoreAccount(params, context);
  }

  /**
   * Erases a deleted account at once: nothing that tells who it was stays, here, in the other modules
   * or in the audit trail.
   *
   * @throws AccountWithIdNotFoundError when there is no deleted account of this id
   */
  async eraseAccount(params: AccountIdParams, context: OperationContext): Promise<void> {
    await this.#use.erasureWriter.eraseAccount(params, context);
  }

  /** Tells the owner that an old refresh token was used, and a session ended for it. */
  async notifyAccountOfTokenReuse(
    { accountId: id }: AccountIdParams,
    context: OperationContext,
  ): Promise<void> {
    const owner = await this.#use.reader.findAccountOwnerById({ id }, context);
    if (owner !== undefined) {
      const { firstName } = owner;
      const notice = { topic: 'refresh-token-reused', data: { firstName } } as const;
      await this.#transactions.withTransaction(context, (transaction) =>
        this.#use.notices.send(owner, notice, transaction),
      );
    }
  }
}
