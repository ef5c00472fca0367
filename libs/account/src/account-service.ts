import type {
  AccountCollection,
  AccountDirectory,
  AuthenticationService,
  ThrottleService,
} from '@org/authentication';
import type { Clock, OperationContext, TransactionRunner } from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import type { AccountDataHolder } from './account-data-holder.ts';
import type { AccountJobQueue } from './account-job-queue.ts';
import type { AccountNotifier } from './account-notifier.ts';
import { AccountWithIdNotFoundError } from './errors.ts';
import { registerAccountJobs } from './internal/account-jobs.ts';
import * as given from './internal/account-parameters-policy.ts';
import { AccountReader } from './internal/account-reader.ts';
import { AccountUseCases } from './internal/account-use-cases.ts';
import { AccountClaimRepository } from './internal/store/account-claim-repository.ts';
import { AccountExportLeaseRepository } from './internal/store/account-export-lease-repository.ts';
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
  DeletedAccount,
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
  readonly jobs: Pick<AccountJobQueue, 'dispatch' | 'dispatchAfter'>;
  readonly notification: AccountNotifier;
  readonly authentication: AuthenticationService;
  readonly throttle: ThrottleService;
  /** Modules beside this one that keep data of accounts. Default: none. */
  readonly dataHolders?: readonly AccountDataHolder[];
  /** Default: the database's. */
  readonly clock?: Clock;
  /** Told what an answer may not tell, for a log of the level debug. Default: told to nobody. */
  readonly onDebug?: (message: string) => void;
  readonly settings?: AccountSettings;
}

/** Accounts: who they are, how they prove it, and how they end. */
export class AccountService implements AccountDirectory {
  readonly #repository: AccountRepository;
  readonly #exportLeases: AccountExportLeaseRepository;
  readonly #transactions: TransactionRunner;
  readonly #notification: AccountNotifier;
  readonly #use: AccountUseCases;

  private constructor(dependencies: AccountServiceDependencies) {
    const { database, audit, notification, clock = database.clock } = dependencies;
    const claims = new AccountClaimRepository({ database, audit });
    this.#repository = new AccountRepository({ database, audit }, claims);
    this.#exportLeases = new AccountExportLeaseRepository({ database, audit, clock });
    this.#transactions = database;
    this.#notification = notification;
    this.#use = new AccountUseCases({
      ...dependencies,
      repository: this.#repository,
      exportLeases: this.#exportLeases,
      transactions: database,
      clock,
      dataHolders: dependencies.dataHolders ?? [],
      onDebug: dependencies.onDebug ?? (() => undefined),
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

  /** Creates this module's collections and indexes; call it before the first use. */
  async initialize(): Promise<readonly CollectionReport[]> {
    return Promise.all([
      this.#repository.onInitCollection(),
      this.#exportLeases.onInitCollection(),
    ]);
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
   * Counts a sign-up form for its source that was refused before it came here. Others count anyway.
   *
   * @throws TooManyRequestsError when the source signs up too often
   */
  async countRefusedSignUp(context: OperationContext): Promise<void> {
    await this.#use.writer.countRefusedSignUp(context);
  }

  /**
   * Sends a one-time password to the account of a phone number, and creates the account when there is
   * none. The answer is the same for both: names and username empty, the times now.
   *
   * @throws OtpRequestFailedError when the number is not a valid one, or its country or kind is not
   *   served; who proved it before is served, unless it is a premium one
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
    return this.#use.reader.getAccountById(given.checkId(params), context);
  }

  /** @throws AccountNotFoundError when no active account has the username */
  async getAccountByUsername(
    params: AccountSearchByUsernameParams,
    context: OperationContext,
  ): Promise<Account> {
    return this.#use.reader.getAccountByUsername(given.checkUsername(params), context);
  }

  /** @returns `undefined` when no active account has the number, as given or normalised */
  async getAccountByPhoneNumber(
    params: AccountSearchByPhoneNumberParams,
    context: OperationContext,
  ): Promise<AccountForLogin | undefined> {
    return this.#use.reader.findAccountByPhoneNumber(given.checkPhoneNumber(params), context);
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
      given.checkUsernameAndPassword(params),
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
  async proveAccountPhoneNumber(params: AccountIdParams, context: OperationContext): Promise<void> {
    const { accountId } = given.checkAccountId(params);
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
    return this.#use.writer.updateAccountProfile(given.checkProfile(params), context);
  }

  /**
   * Sets another password, ends the other sessions and tells the owner.
   *
   * @throws AccountWithIdNotFoundError when there is no active account of this id
   * @throws AccountInvalidCredentialsError when the current password is wrong, or another one was set
   *   before this change could be stored
   * @throws AccessTokenInvalidError when the session that asked ended before this change could be stored
   * @throws TooManyRequestsError after too many wrong ones
   * @throws AccountBadRequestError when the new password is refused; the message says why
   * @throws ServiceUnavailableError when too many passwords are being hashed already
   */
  async changeAccountPassword(
    params: ChangeAccountPasswordParams,
    context: OperationContext,
  ): Promise<Account> {
    const { accountId: id, currentPassword, ...change } = given.checkPasswordChange(params);
    return this.#use.currentPassword.act(
      { id, password: currentPassword },
      (proved) => this.#use.passwordWriter.changeAccountPassword({ ...change, ...proved }, context),
      context,
    );
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
    return this.#use.passwordResetWriter.requestPasswordReset(given.checkUsername(params), context);
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
    return this.#use.passwordWriter.resetAccountPassword(given.checkPasswordReset(params), context);
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
    given.checkAccountId(params);
    return this.#notification.getAccountNotificationPreferencesByAccountId(params, context);
  }

  /**
   * Everything that is stored about the account, without what it proves itself with. Long lists are
   * read page by page, as they are asked for; call `end` of it when that is over.
   *
   * @throws TooManyRequestsError while another export of the account is being read
   * @throws AccountWithIdNotFoundError when there is no active account of this id
   */
  async exportAccount(params: AccountIdParams, context: OperationContext): Promise<AccountExport> {
    return this.#use.exportReader.exportAccount(given.checkAccountId(params), context);
  }

  /**
   * From now on the account answers as an unknown one. Its sessions, one-time passwords, reset tokens,
   * queued messages and push subscriptions end with it. It can be restored until it is erased.
   *
   * @throws AccountWithIdNotFoundError when there is no active account of this id
   */
  async deleteAccount(params: AccountIdParams, context: OperationContext): Promise<void> {
    await this.#use.deletionWriter.deleteAccount(given.checkAccountId(params), context);
  }

  /**
   * Makes a deleted account active again, within the time that is set for it.
   *
   * @throws AccountWithIdNotFoundError when there is no account of this id that can be restored
   * @throws AccountBadRequestError when it is active
   * @throws AccountWithUserNameExistsError when its username was taken again
   * @throws AccountWithPhoneNumberExistsError when its phone number was taken again
   */
  async restoreAccount(params: AccountIdParams, context: OperationContext): Promise<Account> {
    return this.#use.deletionWriter.restoreAccount(given.checkAccountId(params), context);
  }

  /**
   * When a deleted account was deleted, and how long it can be restored. For operators, before they
   * have it erased.
   *
   * @throws AccountWithIdNotFoundError when there is no account of this id
   * @throws AccountBadRequestError when it is active, or was deleted by an earlier backend
   */
  async getDeletedAccount(
    params: AccountIdParams,
    context: OperationContext,
  ): Promise<DeletedAccount> {
    return this.#use.deletedAccountReader.getDeletedAccount(given.checkAccountId(params), context);
  }

  /**
   * Erases a deleted account at once: nothing that tells who it was stays, here, in the other modules
   * or in the audit trail. Works in steps outside of any transaction; what is interrupted goes on when
   * this is called again, or with the job `account.erase-deleted`. Soon after a deletion the job
   * `account.erase-rest` follows in three minutes, for what is stored by then.
   *
   * @param signal ends it between two steps; default never
   * @throws AccountWithIdNotFoundError when there is no deleted account of this id
   */
  async eraseAccount(
    params: AccountIdParams,
    context: OperationContext,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    if (!(await this.#use.erasureWriter.eraseAccount({ accountId }, signal, context))) {
      throw new AccountWithIdNotFoundError(accountId);
    }
  }

  /** Tells the owner that an old refresh token was used, and a session ended for it. */
  async notifyAccountOfTokenReuse(
    params: AccountIdParams,
    context: OperationContext,
  ): Promise<void> {
    const { accountId: id } = given.checkAccountId(params);
    const owner = await this.#use.reader.findAccountOwnerById({ id }, context);
    if (owner !== undefined) {
      const notice = { topic: 'refresh-token-reused', data: {} } as const;
      await this.#transactions.withTransaction(context, (transaction) =>
        this.#use.notices.send(owner, notice, transaction),
      );
    }
  }
}
