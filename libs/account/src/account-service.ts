import {
  OtpRequestFailedError,
  type AccountDirectory,
  type DirectoryAccount,
  type AccountIdAndPassword,
  type NewDevice,
} from '@org/authentication';
import { parsePhoneNumber, parseStoredPhoneNumber, type OperationContext } from '@org/core';
import type { CollectionReport } from '@org/core/store';
import type { JobService } from '@org/jobs';

import { accountCreated, accountPhoneNumberProved, accountProfileUpdated } from './events.ts';
import { AccountContactService } from './account-contact-service.ts';
import { AccountIdentityService } from './account-identity-service.ts';
import { AccountSupportService } from './account-support-service.ts';
import { AccountDeletionService } from './account-deletion-service.ts';
import { AccountSessionService } from './account-session-service.ts';
import { AccountTransferService } from './account-transfer-service.ts';
import type { AccountFieldDefinitions, NoFields } from './fields/account-fields.ts';
import type { DeclaredFields } from './fields/declared-fields.ts';
import { AccountExporter } from './internal/account-exporter.ts';
import { normalizeUsername } from './internal/username.ts';
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
  toDirectoryAccount,
  toUntoldAccount,
  type StoredAccount,
} from './internal/account-util.ts';
import { ContactChanges } from './internal/contact/contact-changes.ts';
import { EmailAdmission, type EmailAdmissionParts } from './internal/email-admission.ts';
import { requestEmailSignUp } from './internal/email-sign-up.ts';
import { signUpByPhoneNumber } from './internal/phone-sign-up.ts';
import { AccountWriter } from './internal/account-writer.ts';
import { CredentialCheck } from './internal/password/credential-check.ts';
import { PasswordPolicy } from './internal/password/password-policy.ts';
import { PasswordHasher } from './internal/password/password-hasher.ts';
import { PasswordSetter, type PasswordSetterParts } from './internal/password/password-setter.ts';
import {
  queuePasswordReset,
  nameOf,
  registerPasswordResetJobs,
} from './internal/password/password-reset-mail.ts';
import type {
  Account,
  AccountExport,
  AccountForLogin,
  AccountIdParams,
  AccountNotificationPreferences,
  AccountSearchByEmailAndPasswordParams,
  AccountSearchByEmailParams,
  AccountSearchByIdParams,
  AccountSearchByPhoneNumberParams,
  AccountSearchByUsernameParams,
  AccountSearchParams,
  AdmitProvedEmailParams,
  ChangeAccountPasswordParams,
  CreateAccountByPhoneNumberParams,
  CreateAccountByUsernameAndPasswordParams,
  CreateOrUpdateAccountNotificationPreferencesParams,
  PersonalDataProvider,
  RequestAccountByEmailParams,
  ResetPasswordParams,
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
  /** E-mail addresses and phone numbers: their change, removal, and what undoes these. */
  readonly contacts: AccountContactService<Fields>;
  /** What owners are told of their sessions, and what undoes a login that was not theirs. */
  readonly sessions: AccountSessionService;
  /** What operators do for owners, and to accounts. */
  readonly support: AccountSupportService<Fields>;
  /** Moves accounts in and out. */
  readonly transfer: AccountTransferService;
  /** The names of accounts, and what keeps them unique. */
  readonly identities: AccountIdentityService;
  /** What the links in marketing mails lead to. */
  readonly unsubscribing: UnsubscribeService;
  /** The declared fields. */
  readonly fields: DeclaredFields;
  readonly #dependencies: CompleteDependencies;
  readonly #reader: AccountReader;
  readonly #writer: AccountWriter;
  readonly #parts: PasswordSetterParts & EmailAdmissionParts;
  readonly #passwords: PasswordSetter;
  readonly #emailAdmission: EmailAdmission;
  readonly #exporter: AccountExporter;

  private constructor(options: AccountServiceDependencies<Fields>) {
    const dependencies = completeDependencies(options);
    this.#dependencies = dependencies;
    this.fields = dependencies.fields;
    this.#reader = new AccountReader(dependencies);
    this.#writer = new AccountWriter(dependencies);
    const { settings, passwordVerifiers } = dependencies;
    const hasher = new PasswordHasher(settings.passwordHashing, passwordVerifiers, dependencies);
    const changes = new ContactChanges(dependencies);
    this.#parts = {
      ...{ changes, reader: this.#reader, writer: this.#writer },
      ...{ hasher, passwordPolicy: new PasswordPolicy(settings) },
      credentials: new CredentialCheck(dependencies, this.#writer, hasher),
      askPolicy: (signUp, context) => options.signUpPolicy?.(signUp, context),
    };
    this.#passwords = new PasswordSetter(dependencies, this.#parts);
    this.#emailAdmission = new EmailAdmission(dependencies, this.#parts);
    this.#exporter = new AccountExporter(dependencies, this.#reader, changes);
    this.deletion = new AccountDeletionService(dependencies, this.#reader, this.#writer, changes);
    this.contacts = new AccountContactService(dependencies, this.#reader, this.#writer, changes);
    this.support = new AccountSupportService({ ...dependencies, ...this.#parts });
    this.transfer = new AccountTransferService({ ...dependencies, ...this.#parts });
    this.sessions = new AccountSessionService(dependencies, this.#reader, changes);
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
    registerPasswordResetJobs(jobs, this.#dependencies, this.#reader);
  }

  /** Creates this module's collections and indexes; call it before the first use. */
  async initialize(): Promise<readonly CollectionReport[]> {
    const reports = await Promise.all([
      this.#writer.initialize(),
      this.#exporter.initialize(),
      this.identities.initialize(),
      this.contacts.initialize(),
      this.support.initialize(),
    ]);
    return reports.flat();
  }

  /** Ends the process that hashes passwords, if there is one, once it has nothing left to do. */
  async close(): Promise<void> {
    await this.#parts.hasher.close();
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
    await this.#parts.passwordPolicy.checkNewPassword(password);
    await usernamePolicy(username, context);
    await this.#parts.askPolicy({ ...signUp, username }, context);
    const hashedPassword = await this.#parts.hasher.hash(password);
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
   * Asks for an account with an e-mail address and a password: mails a code, whether or not an
   * account has the address. The account begins with the log-in by that code; the password is set
   * if that repeats it.
   *
   * @returns when the code expires
   * @throws AccountBadRequestError if a field is invalid; the message says why
   * @throws an AppError of the policy for sign-ups, whether or not an account has the address
   * @throws TooManyRequestsError if the source signs up too often, within the resend pause, and over
   *   the budget of mailbox or source
   * @throws ServiceUnavailableError if too many passwords are already being hashed
   */
  async requestAccountByEmail(
    params: RequestAccountByEmailParams,
    context: OperationContext,
  ): Promise<{ readonly expiresAt: Date }> {
    // A rejected form counts, too.
    await this.#dependencies.throttle.consumeSignUp(context);
    const parts = { ...this.#dependencies, ...this.#parts };
    return { expiresAt: await requestEmailSignUp(given.checkEmailSignUp(params), parts, context) };
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
   * For a disabled account the message is withheld.
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
    const known = phoneNumber && (await this.#reader.findExistingByPhoneNumber(asSent, context));
    // An earlier backend may have stored this invalid number.
    if (phoneNumber === undefined || (validNumber === undefined && known === undefined)) {
      await throttle.consumePhoneNumberForm(context);
      throw new OtpRequestFailedError();
    }
    const request = { phoneNumber, isProved: known?.isPhoneNumberProved ?? false };
    await authentication.otps.assertOtpRequestAllowed(request, context);
    await throttle.consumePhoneNumberForm(context);
    if (known === undefined) {
      await this.#parts.askPolicy({ phoneNumber }, context);
      const parts = { ...this.#dependencies, reader: this.#reader, writer: this.#writer };
      const id = await signUpByPhoneNumber(phoneNumber, parts, context);
      return this.#toAccount(toUntoldAccount(id, phoneNumber, clock.now()));
    }
    const { id: accountId, document, isDisabled: isWithheld } = known;
    const owner = { accountId, ...languageOf(document, this.fields) };
    await authentication.otps.requestOtp({ ...request, ...owner, isWithheld }, context);
    return this.#toAccount(toUntoldAccount(accountId, phoneNumber, clock.now()));
  }

  /** @throws AccountWithIdNotFoundError if there is no active account with this id */
  async getAccountById(
    params: AccountSearchByIdParams,
    context: OperationContext,
  ): Promise<Account<Fields>> {
    return this.#toAccount(await this.#reader.getAccountById(given.checkId(params).id, context));
  }

  /** @throws AccountNotFoundError if no active account has the username */
  async getAccountByUsername(
    params: AccountSearchByUsernameParams,
    context: OperationContext,
  ): Promise<Account<Fields>> {
    const { username } = given.checkUsername(params);
    return this.#toAccount(await this.#reader.getAccountByUsername(username, context));
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
    const account = await this.#parts.credentials.checkLogin(found, password, context);
    return account.toAccountForLogin();
  }

  /**
   * Finds the account that whoever proves this e-mail address logs in to, also a disabled one. Does
   * the same work whether or not there is one.
   */
  async findAccountByEmail(
    params: AccountSearchByEmailParams,
    context: OperationContext,
  ): Promise<DirectoryAccount | undefined> {
    const { emailAddress } = given.checkEmail(params);
    const account = await this.#reader.findExistingToProve(emailAddress, context);
    return account && toDirectoryAccount(account, this.fields);
  }

  /**
   * As {@link getAccountByUsernameAndPassword}, by a proved e-mail address.
   *
   * @throws AccountInvalidCredentialsError if no active account has this address and password
   * @throws ServiceUnavailableError if too many passwords are already being hashed
   */
  async getAccountByEmailAndPassword(
    params: AccountSearchByEmailAndPasswordParams,
    context: OperationContext,
  ): Promise<AccountForLogin> {
    const { emailAddress, password } = given.checkEmailAndPassword(params);
    const found = await this.#reader.findAccountByEmail(emailAddress, context);
    const account = await this.#parts.credentials.checkLogin(found, password, context);
    return account.toAccountForLogin();
  }

  /**
   * Finds or creates the account of somebody who has just proved an e-mail address with a code. If
   * it is the username of an account that has no proved contact, the address becomes that
   * account's: as it is, if the request was logged in to it or sent its password; otherwise its
   * sessions, password and unproved contacts go, and its owner is mailed a link for a new password.
   *
   * @throws AccountBadRequestError if the address or a name is invalid
   * @throws OtpIncorrectError if the account is disabled
   * @throws AccountWithEmailExistsError if another account had the address until lately
   * @throws an AppError of the policy for sign-ups, if no account has the address
   */
  async admitProvedEmail(
    params: AdmitProvedEmailParams,
    context: OperationContext,
  ): Promise<AccountForLogin> {
    const checked = given.checkProvedEmail(params);
    given.checkNames(checked);
    const emailAddress = given.normalizeEmail(checked.emailAddress);
    const admitted = await this.#emailAdmission.admit({ ...checked, emailAddress }, context);
    return admitted.toAccountForLogin();
  }

  /**
   * The same for an account that is logged in, which may have no username.
   *
   * @throws AccountInvalidCredentialsError if no active account has this id and password
   * @throws ServiceUnavailableError if too many passwords are already being hashed
   */
  async getAccountByIdAndPassword(
    params: AccountIdAndPassword,
    context: OperationContext,
  ): Promise<AccountForLogin> {
    const { accountId, password } = given.checkIdAndPassword(params);
    const found = await this.#reader.findAccountById(accountId, context);
    const account = await this.#parts.credentials.checkLogin(found, password, context);
    return account.toAccountForLogin();
  }

  /** @returns `undefined` if there is no active account with this id */
  async findAccountForLogin(
    params: AccountIdParams,
    context: OperationContext,
  ): Promise<AccountForLogin | undefined> {
    const { accountId } = given.checkAccountId(params);
    const account = await this.#reader.findAccountById(accountId, context);
    return account?.toAccountForLogin();
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
    return this.#toAccount(
      await this.#passwords.change(given.checkPasswordChange(params), context),
    );
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
    params: AccountSearchByUsernameParams | AccountSearchByEmailParams,
    context: OperationContext,
  ): Promise<{ readonly expiresAt: Date }> {
    const { authentication, clock, throttle } = this.#dependencies;
    const request = given.checkResetRequest(params);
    await throttle.consumePasswordResetRequest({ name: nameOf(request) }, context);
    await queuePasswordReset(request, this.#dependencies, context);
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
    const reset = given.checkPasswordReset(params);
    await this.#dependencies.throttle.consumePasswordReset(context);
    return this.#toAccount(await this.#passwords.reset(reset, context));
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
   * @throws AccountWithIdNotFoundError if there is no active or disabled account with this id
   */
  async exportAccount(
    params: AccountIdParams,
    context: OperationContext,
  ): Promise<AccountExport<Fields>> {
    const exported = await this.#exporter.exportAccount(given.checkAccountId(params), context);
    return exported as AccountExport<Fields>;
  }

  /** Tells the owner that an old refresh token was used and its session ended. */
  async notifyAccountOfTokenReuse(
    params: AccountIdParams,
    context: OperationContext,
  ): Promise<void> {
    await this.sessions.tellOfTokenReuse(params, context);
  }

  /** Tells the owner that somebody logged in from a new device; see `sessions`. */
  async notifyAccountOfNewDevice(params: NewDevice, context: OperationContext): Promise<void> {
    await this.sessions.tellOfNewDevice(params, context);
  }

  #toAccount(stored: StoredAccount): Account<Fields> {
    return toAccount(stored, this.fields);
  }
}
