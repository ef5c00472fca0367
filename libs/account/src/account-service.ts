import { OtpRequestFailedError, type AccountDirectory } from '@org/authentication';
import { parsePhoneNumber, parseStoredPhoneNumber, type OperationContext } from '@org/core';
import type { CollectionReport } from '@org/core/store';
import type { JobService } from '@org/jobs';

import {
  accountCreated,
  accountPasswordChanged,
  accountPhoneNumberProved,
  accountProfileUpdated,
} from './events.ts';
import { AccountIdentityService } from './account-identity-service.ts';
import { AccountDeletionService } from './account-deletion-service.ts';
import type { AccountFieldDefinitions, NoFields } from './fields/account-fields.ts';
import type { DeclaredFields } from './fields/declared-fields.ts';
import { AccountInvalidCredentialsError, AccountWithIdNotFoundError } from './errors.ts';
import * as auditEvents from './internal/account-audit-events.ts';
import { AccountExporter } from './internal/account-exporter.ts';
import { normalizeUsername } from './internal/username.ts';
import * as notices from './internal/account-notices.ts';
import * as given from './internal/account-parameters.ts';
import {
  accountCollection,
  accountCollectionWith,
  AccountReader,
} from './internal/account-reader.ts';
import {
  completeDependencies,
  type AccountServiceDependencies,
  type CompleteDependencies,
} from './internal/account-dependencies.ts';
import {
  asBadRequest,
  languageOf,
  toAccount,
  toUntoldAccount,
  type StoredAccount,
} from './internal/account-util.ts';
import { signUpByPhoneNumber } from './internal/phone-sign-up.ts';
import { AccountWriter, type PasswordChange } from './internal/account-writer.ts';
import { CredentialCheck } from './internal/password/credential-check.ts';
import { PasswordPolicy } from './internal/password/password-policy.ts';
import { PasswordHasher } from './internal/password/password-hasher.ts';
import {
  queuePasswordReset,
  registerPasswordResetJob,
} from './internal/password/password-reset-mail.ts';
import type {
  Account,
  AccountExport,
  AccountForLogin,
  AccountIdParams,
  AccountNotificationPreferences,
  AccountSearchByIdParams,
  AccountSearchByPhoneNumberParams,
  AccountSearchByUsernameParams,
  AccountSearchParams,
  ChangeAccountPasswordParams,
  CreateAccountByPhoneNumberParams,
  CreateAccountByUsernameAndPasswordParams,
  CreateOrUpdateAccountNotificationPreferencesParams,
  PersonalDataProvider,
  ResetPasswordParams,
  SignUpPolicy,
  SignUpRequest,
  UpdateAccountProfileParams,
} from './types.ts';
import { UnsubscribeService } from './unsubscribe-service.ts';

export type { AccountServiceDependencies };
export {
  aspNetIdentityVerifier,
  bcryptVerifier,
  betterAuthVerifier,
  createFirebaseVerifier,
  defaultPasswordVerifiers,
  djangoVerifier,
} from './internal/password/foreign-verifiers.ts';

/**
 * Accounts: identity and credentials; their deletion is {@link AccountService.deletion}.
 *
 * @example
 * const accounts = AccountService.create({
 *   database, audit, jobs, notification, authentication, throttle,
 *   settings: { webAppUrl: 'https://app.example.com' },
 * });
 * accounts.registerJobs(jobs);
 * await accounts.initialize();
 */
export class AccountService<
  Fields extends AccountFieldDefinitions = NoFields,
> implements AccountDirectory {
  /** For AuthenticationService, which reads sessions together with their accounts. */
  static readonly accountCollection = accountCollection;
  /**
   * The same, for an AuthenticationService whose access tokens have claims of one's own: takes the
   * declared fields, and throws a TypeError if one is refused.
   */
  static readonly accountCollectionWith = accountCollectionWith;

  readonly deletion: AccountDeletionService<Fields>;
  /** The names of accounts, and what keeps them unique. */
  readonly identities: AccountIdentityService;
  /** What the links in marketing mails lead to. */
  readonly unsubscribing: UnsubscribeService;
  /** The declared fields. */
  readonly fields: DeclaredFields;
  readonly #dependencies: CompleteDependencies;
  readonly #signUpPolicy: SignUpPolicy<Fields>;
  readonly #reader: AccountReader;
  readonly #writer: AccountWriter;
  readonly #hasher: PasswordHasher;
  readonly #passwordPolicy: PasswordPolicy;
  readonly #credentials: CredentialCheck;
  readonly #exporter: AccountExporter;

  private constructor(options: AccountServiceDependencies<Fields>) {
    const dependencies = completeDependencies(options);
    const { settings, passwordVerifiers } = dependencies;
    this.#dependencies = dependencies;
    this.#signUpPolicy = options.signUpPolicy ?? (() => undefined);
    this.fields = dependencies.fields;
    this.#reader = new AccountReader(dependencies);
    this.#writer = new AccountWriter(dependencies);
    this.#hasher = new PasswordHasher(settings.passwordHashing, passwordVerifiers);
    this.#passwordPolicy = new PasswordPolicy(settings);
    this.#credentials = new CredentialCheck(dependencies, this.#writer, this.#hasher);
    this.#exporter = new AccountExporter(dependencies, this.#reader);
    this.deletion = new AccountDeletionService(dependencies, this.#reader, this.#writer);
    this.identities = new AccountIdentityService(dependencies);
    this.unsubscribing = new UnsubscribeService(dependencies, this.#reader);
    options.personalDataProviders?.forEach((each) => this.registerPersonalDataProvider(each));
  }

  /**
   * @throws TypeError if a declared field is refused, or two providers have one name; the message
   *   says why
   */
  static create<const Fields extends AccountFieldDefinitions = NoFields>(
    dependencies: AccountServiceDependencies<Fields>,
  ): AccountService<Fields> {
    return new AccountService(dependencies);
  }

  /**
   * Adds what another module stores to every export and erasure that begins after this: for modules
   * that are built after accounts, because they use them.
   *
   * @throws TypeError if another provider has its name
   */
  registerPersonalDataProvider(provider: PersonalDataProvider): void {
    const { personalDataProviders } = this.#dependencies;
    if (personalDataProviders.some(({ name }) => name === provider.name)) {
      throw new TypeError(`There is a personalDataProvider named ${provider.name} already.`);
    }
    personalDataProviders.push(provider);
  }

  /** Registers this module's background work: reset mails and daily clean-ups. */
  registerJobs(jobs: Pick<JobService, 'register'>): void {
    this.deletion.registerJobs(jobs);
    this.identities.registerJobs(jobs);
    registerPasswordResetJob(jobs, this.#dependencies, this.#reader);
  }

  /** Creates this module's collections and indexes; call it before the first use. */
  async initialize(): Promise<readonly CollectionReport[]> {
    const { identityState } = this.#dependencies;
    const state = await identityState.initialize();
    const accounts = await this.#writer.initialize(identityState);
    const [leases, processes] = await Promise.all([
      this.#exporter.initialize(),
      this.identities.initialize(),
    ]);
    return [...accounts, ...leases, state, processes];
  }

  /**
   * Signs up with a password and a username, which is unique regardless of case. The account's
   * notification preferences are created with it, all true.
   *
   * @example
   * const ada = await accounts.createAccountByUsernameAndPassword(
   *   { firstName: 'Ada', lastName: 'Lovelace', username: 'ada', password: 'analytical engine' },
   *   OperationContext.anonymous(requestId, sourceAddress),
   * );
   *
   * @throws AccountBadRequestError if a field is invalid; the message says why
   * @throws an AppError of the policies for sign-ups and usernames
   * @throws AccountWithUserNameExistsError if another active account has the username
   * @throws TooManyRequestsError if the source signs up too often
   * @throws ServiceUnavailableError if too many passwords are already being hashed
   */
  async createAccountByUsernameAndPassword(
    params: CreateAccountByUsernameAndPasswordParams<Fields>,
    context: OperationContext,
  ): Promise<Account<Fields>> {
    const { database, events, notification, throttle, usernamePolicy } = this.#dependencies;
    // A rejected form counts, too.
    await throttle.consumeSignUp(context);
    const { password, ...signUp } = given.checkSignUp(params);
    const username = normalizeUsername(signUp.username);
    given.checkNames(signUp);
    given.checkDeclaredFields(params, this.fields);
    PasswordPolicy.checkDiffersFromUsername(password, username);
    await this.#passwordPolicy.checkNewPassword(password);
    await usernamePolicy(username, context);
    await this.#signUpPolicy({ ...signUp, username } as SignUpRequest<Fields>, context);
    const hashedPassword = await this.#hasher.hash(password);
    const declared = this.fields.toStoredAnew(params);
    const account = { ...signUp, username, hashedPassword, declared };
    return database.withTransaction(context, async (transaction) => {
      // The unique index checks that the username is free: an earlier check might be outdated by
      // the insert.
      const created = await this.#writer.createAccount(account, transaction);
      const { id: accountId } = created;
      await notification.createOrUpdateAccountNotificationPreferences({ accountId }, transaction);
      await events.publish(accountCreated, { accountId }, transaction);
      return this.#toAccount(created);
    });
  }

  /**
   * Counts, for its source, a sign-up form that was rejected before it reached this service. All
   * others are counted anyway.
   *
   * @throws TooManyRequestsError if the source signs up too often
   */
  async countRefusedSignUp(context: OperationContext): Promise<void> {
    await this.#dependencies.throttle.consumeSignUp(context);
  }

  /**
   * Sends a one-time password to the account with this phone number, creating it if there is none.
   * Since the caller is not authenticated yet, the answer is the same in both cases: empty names
   * and username, and the current time.
   *
   * @throws OtpRequestFailedError if the number is invalid, or its country or kind is not served;
   *   an account that verified it before is served, unless it is a premium number
   * @throws TooManyRequestsError within the resend pause, and over the budget of number or source;
   *   nothing is stored or sent then
   * @throws an AppError of the policy for sign-ups, if no account has the number; likewise
   * @throws AccountWithPhoneNumberNotFoundError if the number's account was created and deleted
   *   meanwhile
   */
  async getOrCreateAccountByPhoneNumber(
    params: CreateAccountByPhoneNumberParams,
    context: OperationContext,
  ): Promise<Account<Fields>> {
    const { authentication, clock, throttle } = this.#dependencies;
    const { phoneNumber: asSent } = given.checkPhoneNumber(params);
    const validNumber = parsePhoneNumber(asSent);
    const phoneNumber = validNumber ?? parseStoredPhoneNumber(asSent);
    const known = phoneNumber && (await this.#reader.findAccountByPhoneNumber(asSent, context));
    // An earlier backend may have stored this invalid number.
    if (phoneNumber === undefined || (validNumber === undefined && known === undefined)) {
      await throttle.consumePhoneNumberForm(context);
      throw new OtpRequestFailedError();
    }
    const request = { phoneNumber, isProved: known?.isPhoneNumberProved ?? false };
    await authentication.otps.assertOtpRequestAllowed(request, context);
    await throttle.consumePhoneNumberForm(context);
    if (known === undefined) {
      await this.#signUpPolicy({ phoneNumber }, context);
      const parts = { ...this.#dependencies, reader: this.#reader, writer: this.#writer };
      const id = await signUpByPhoneNumber(phoneNumber, parts, context);
      return this.#toAccount(toUntoldAccount(id, phoneNumber, clock.now()));
    }
    const { id: accountId, document } = known;
    const owner = { accountId, ...languageOf(document, this.fields) };
    await authentication.otps.requestOtp({ ...request, ...owner }, context);
    return this.#toAccount(toUntoldAccount(accountId, phoneNumber, clock.now()));
  }

  /** @throws AccountWithIdNotFoundError if there is no active account with this id */
  async getAccountById(
    params: AccountSearchByIdParams,
    context: OperationContext,
  ): Promise<Account<Fields>> {
    const account = await this.#reader.getAccountById(given.checkId(params).id, context);
    return this.#toAccount(account);
  }

  /** @throws AccountNotFoundError if no active account has the username */
  async getAccountByUsername(
    params: AccountSearchByUsernameParams,
    context: OperationContext,
  ): Promise<Account<Fields>> {
    const { username } = given.checkUsername(params);
    const account = await this.#reader.getAccountByUsername(username, context);
    return this.#toAccount(account);
  }

  /** @returns `undefined` if no active account has the number, as given or normalised */
  async findAccountByPhoneNumber(
    params: AccountSearchByPhoneNumberParams,
    context: OperationContext,
  ): Promise<AccountForLogin | undefined> {
    const { phoneNumber } = given.checkPhoneNumber(params);
    const account = await this.#reader.findAccountByPhoneNumber(phoneNumber, context);
    return account?.toAccountForLogin();
  }

  /**
   * Takes the same time whether the username is unknown or the password wrong. A hash from an
   * earlier backend, or one that cost less than the current setting, is replaced.
   *
   * @throws AccountInvalidCredentialsError if no active account has this username and password
   * @throws ServiceUnavailableError if too many passwords are already being hashed
   */
  async getAccountByUsernameAndPassword(
    params: AccountSearchParams,
    context: OperationContext,
  ): Promise<AccountForLogin> {
    const { username, password } = given.checkUsernameAndPassword(params);
    const found = await this.#reader.findAccountByUsername(username, context);
    const account = await this.#credentials.checkLogin(found, password, context);
    return account.toAccountForLogin();
  }

  /**
   * Marks the phone number as verified. Until then nobody can act as the account, and it is removed
   * after a week.
   *
   * @throws AccountWithIdNotFoundError if there is no active account with this id
   */
  async proveAccountPhoneNumber(params: AccountIdParams, context: OperationContext): Promise<void> {
    const { accountId } = given.checkAccountId(params);
    const { database, events } = this.#dependencies;
    const { isPhoneNumberProved } = await this.#reader.getAccountById(accountId, context);
    if (!isPhoneNumberProved) {
      await database.withTransaction(context, async (transaction) => {
        await this.#writer.markPhoneNumberProved(accountId, transaction);
        await events.publish(accountPhoneNumberProved, { accountId }, transaction);
      });
    }
  }

  /**
   * Sets the given names; `null` leaves one unchanged.
   *
   * @example
   * await accounts.updateAccountProfile({ accountId, firstName: 'Augusta Ada' }, context);
   *
   * @throws AccountBadRequestError if a name is invalid; the message says why
   * @throws AccountWithIdNotFoundError if there is no active account with this id
   */
  async updateAccountProfile(
    params: UpdateAccountProfileParams<Fields>,
    context: OperationContext,
  ): Promise<Account<Fields>> {
    given.checkProfile(params);
    given.checkNames(params);
    given.checkDeclaredFields(params, this.fields);
    const { database, events } = this.#dependencies;
    const { accountId, firstName, lastName } = params;
    const names = Object.entries({ firstName, lastName }).filter(([, value]) => value != null);
    const fields = [...names.map(([name]) => name), ...this.fields.namesIn(params)];
    if (fields.length === 0) {
      return this.#toAccount(await this.#reader.getAccountById(accountId, context));
    }
    return database.withTransaction(context, async (transaction) => {
      const declared = this.fields.toStored(params);
      const updated = await this.#writer.updateProfile(params, declared, transaction);
      await events.publish(accountProfileUpdated, { accountId, fields }, transaction);
      return this.#toAccount(updated);
    });
  }

  /**
   * Changes the password, ends the other sessions and notifies the owner.
   *
   * @throws AccountWithIdNotFoundError if there is no active account with this id
   * @throws AccountInvalidCredentialsError if the current password is wrong, or was changed before
   *   this change could be stored
   * @throws AccessTokenInvalidError if the requesting session ended before this change could be
   *   stored
   * @throws TooManyRequestsError after too many wrong passwords
   * @throws AccountBadRequestError if the new password is rejected; the message says why
   * @throws ServiceUnavailableError if too many passwords are already being hashed
   */
  async changeAccountPassword(
    params: ChangeAccountPasswordParams,
    context: OperationContext,
  ): Promise<Account<Fields>> {
    const change = given.checkPasswordChange(params);
    // Retries once in case a login replaced the hash of the same password meanwhile.
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const changed = await this.#changePasswordOnce(change, context);
      if (changed !== undefined) {
        return changed;
      }
    }
    throw new AccountInvalidCredentialsError();
  }

  /** @returns `undefined`, with nothing changed, if the account's hash changed meanwhile */
  async #changePasswordOnce(
    { accountId, currentPassword, newPassword, currentSessionId }: ChangeAccountPasswordParams,
    context: OperationContext,
  ): Promise<Account<Fields> | undefined> {
    const account = await this.#reader.getAccountById(accountId, context);
    await this.#credentials.checkCurrentPassword(account, currentPassword, context);
    await this.#passwordPolicy.checkNewPassword(newPassword, 'new_password');
    PasswordPolicy.checkDiffersFromUsername(newPassword, account.username, 'new_password');
    const hashedPassword = await this.#hasher.hash(newPassword);
    const change = { accountId, hashedPassword, previousHash: account.hashedPassword };
    return this.#dependencies.database.withTransaction(context, (transaction) =>
      this.#setPassword(change, currentSessionId, transaction),
    );
  }

  /**
   * @param sessionId the session to keep
   * @returns `undefined` if the account is not active, or no longer has the previous hash
   */
  async #setPassword(
    change: PasswordChange,
    sessionId: string | undefined,
    transaction: OperationContext,
  ): Promise<Account<Fields> | undefined> {
    const { audit, authentication, events } = this.#dependencies;
    const { accountId } = change;
    const changed = await this.#writer.setPassword(change, transaction);
    if (changed === undefined) {
      return undefined;
    }
    const { sessionEpoch } = changed;
    const kept = sessionId === undefined ? undefined : { sessionId, sessionEpoch };
    await authentication.endSessionsByAccountId({ accountId, kept }, transaction);
    await authentication.resetTokens.revokePasswordResetTokens({ accountId }, transaction);
    await audit.record([auditEvents.passwordChanged(accountId)], transaction);
    await events.publish(accountPasswordChanged, { accountId }, transaction);
    await notices.send(this.#dependencies, notices.passwordChanged, changed, transaction);
    return this.#toAccount(changed);
  }

  /**
   * Accepts a request for a password reset mail: stores a job, whether or not an account has the
   * username. The worker does everything that depends on the account, so that neither answer nor
   * timing reveals it.
   *
   * @returns when the link will expire
   * @throws TooManyRequestsError if there were too many requests for the name or from the source
   */
  async requestPasswordReset(
    params: AccountSearchByUsernameParams,
    context: OperationContext,
  ): Promise<{ readonly expiresAt: Date }> {
    const { authentication, clock, throttle } = this.#dependencies;
    const { username } = given.checkUsername(params);
    await throttle.consumePasswordResetRequest({ name: username }, context);
    await queuePasswordReset(username, this.#dependencies, context);
    const { timeToLiveMilliseconds } = authentication.resetTokens;
    return { expiresAt: new Date(clock.now().getTime() + timeToLiveMilliseconds) };
  }

  /**
   * Sets a new password with the token from the mail, which works once; ends every session and
   * notifies the owner. A valid token works even if many others were refused for the account.
   *
   * @throws TooManyRequestsError if the source tried too often, or too many tokens were refused
   * @throws AccountBadRequestError if the new password is rejected; the token stays valid
   * @throws AccountWithIdNotFoundError if there is no active account with this id
   * @throws PasswordResetTokenNotFoundError if the account has never requested a token
   * @throws PasswordResetTokenUnusableError if the token is expired, used, or a different one
   * @throws ServiceUnavailableError if too many passwords are already being hashed
   */
  async resetAccountPassword(
    params: ResetPasswordParams,
    context: OperationContext,
  ): Promise<Account<Fields>> {
    const { authentication, database, throttle } = this.#dependencies;
    const { accountId, token, newPassword } = given.checkPasswordReset(params);
    await throttle.consumePasswordReset(context);
    await this.#passwordPolicy.checkNewPassword(newPassword, 'new_password');
    const account = await this.#reader.findAccountById(accountId, context);
    const refusal = await this.#credentials.findResetRefusal(
      account,
      { accountId, token },
      context,
    );
    PasswordPolicy.checkDiffersFromUsername(newPassword, account?.username ?? '', 'new_password');
    if (refusal !== undefined) {
      throw refusal;
    }
    // The token is checked before the costly hash, and used up together with the change.
    const hashedPassword = await this.#hasher.hash(newPassword);
    return database.withTransaction(context, async (transaction) => {
      await authentication.resetTokens.consumePasswordResetToken({ accountId, token }, transaction);
      const owner = transaction.withActor({ type: 'account', id: accountId });
      const changed = await this.#setPassword({ accountId, hashedPassword }, undefined, owner);
      if (changed === undefined) {
        throw new AccountWithIdNotFoundError(accountId);
      }
      return changed;
    });
  }

  /**
   * Sets the given flags; others keep their values.
   *
   * @throws AccountBadRequestError if a flag is not a boolean, or a topic is
   *   unknown or cannot be switched off
   * @throws AccountWithIdNotFoundError if there is no active account with this id
   */
  async createOrUpdateAccountNotificationPreferences(
    params: CreateOrUpdateAccountNotificationPreferencesParams,
    context: OperationContext,
  ): Promise<AccountNotificationPreferences> {
    given.checkAccountId(params);
    const { database, notification } = this.#dependencies;
    return database.withTransaction(context, async (transaction) => {
      await this.#reader.getAccountById(params.accountId, transaction);
      return notification
        .createOrUpdateAccountNotificationPreferences(params, transaction)
        .catch(asBadRequest);
    });
  }

  /** @throws AccountNotificationPreferencesNotFoundError if the account has none */
  async getAccountNotificationPreferencesByAccountId(
    params: AccountIdParams,
    context: OperationContext,
  ): Promise<AccountNotificationPreferences> {
    given.checkAccountId(params);
    const { notification } = this.#dependencies;
    return notification.getAccountNotificationPreferencesByAccountId(params, context);
  }

  /**
   * Everything stored about the account, except its secrets. Long lists are read page by page on
   * demand; call `end` when finished.
   *
   * @throws TooManyRequestsError while another export of the account is being read
   * @throws AccountWithIdNotFoundError if there is no active account with this id
   */
  async exportAccount(
    params: AccountIdParams,
    context: OperationContext,
  ): Promise<AccountExport<Fields>> {
    const exported = await this.#exporter.exportAccount(given.checkAccountId(params), context);
    return exported as AccountExport<Fields>;
  }

  findAccountByEmail(): Promise<AccountForLogin | undefined> {
    throw new Error('Accounts have no e-mail address yet.');
  }

  getAccountByEmailAndPassword(): Promise<AccountForLogin> {
    throw new Error('Accounts have no e-mail address yet.');
  }

  admitProvedEmail(): Promise<AccountForLogin> {
    throw new Error('Accounts have no e-mail address yet.');
  }

  /** Tells the owner that an old refresh token was used and its session ended. */
  async notifyAccountOfTokenReuse(
    params: AccountIdParams,
    context: OperationContext,
  ): Promise<void> {
    const { database } = this.#dependencies;
    const { accountId } = given.checkAccountId(params);
    const account = await this.#reader.findAccountById(accountId, context);
    if (account === undefined) {
      return;
    }
    await database.withTransaction(context, (transaction) =>
      notices.send(this.#dependencies, notices.refreshTokenReused, account, transaction),
    );
  }

  #toAccount(stored: StoredAccount): Account<Fields> {
    return toAccount(stored, this.fields);
  }
}
