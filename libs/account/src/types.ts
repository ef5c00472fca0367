import type { AuditRecord } from '@org/audit';
import type { SessionOrigin } from '@org/authentication';
import type { Erasure, OperationContext, PhoneNumber } from '@org/core';
import type { UnsubscribePage } from '@org/notification';

import type {
  AccountFieldDefinitions,
  AccountFieldValues,
  NoFields,
} from './fields/account-fields.ts';

export type {
  AccountNotificationPreferences,
  AccountNotificationPreferencesByAccountIdParams,
  CreateOrUpdateAccountNotificationPreferencesParams,
  TopicPreferences,
} from '@org/notification';

/** An account as the rest of the system sees it; never with a password hash. */
export type Account<Fields extends AccountFieldDefinitions = NoFields> = AccountOwnFields &
  AccountFieldValues<Fields>;

/** What every account has. */
export interface AccountOwnFields {
  readonly id: string;
  /** Empty if not given, as are `lastName` and `username`. */
  readonly firstName: string;
  readonly lastName: string;
  readonly username: string;
  /** Its owner has proved it. */
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly phoneNumber: PhoneNumber | null;
  /** Whether its owner has proved it; `false` without a number. */
  readonly phoneNumberVerified: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** An account, plus the data for a new session. */
export interface AccountForLogin extends AccountOwnFields {
  /** How often a password change, a deletion or operators have ended all sessions. */
  readonly sessionEpoch: number;
}

/** Declared fields that are omitted have their defaults. */
export type CreateAccountByUsernameAndPasswordParams<
  Fields extends AccountFieldDefinitions = NoFields,
> = SignUp & Partial<AccountFieldValues<Fields>>;

interface SignUp {
  readonly firstName: string;
  readonly lastName: string;
  readonly username: string;
  readonly password: string;
}

/** Somebody who wants an account, or has one, by e-mail. */
export interface EmailSignUp {
  readonly emailAddress: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
}

/** The password is set once the request that redeems the mailed code repeats it. */
export interface RequestAccountByEmailParams extends EmailSignUp {
  readonly password: string;
  /** From where the request comes; the mail says so. Default: unknown. */
  readonly origin?: SessionOrigin | undefined;
}

export interface AccountSearchByEmailParams {
  readonly emailAddress: string;
}

export interface AccountSearchByEmailAndPasswordParams extends AccountSearchByEmailParams {
  readonly password: string;
}

/** An e-mail address that was proved with a code just now; the names are for a new account. */
export interface AdmitProvedEmailParams extends EmailSignUp {
  /** As the request that proved it sent it. */
  readonly password?: string | undefined;
  /** Of the sign-up that asked for the code. */
  readonly hashedPassword?: string | undefined;
  /** Which account the request was logged in to. */
  readonly actingAccountId?: string | undefined;
}

/** Somebody who wants an account: by username, by phone number, or by e-mail. */
export type SignUpRequest<Fields extends AccountFieldDefinitions = NoFields> =
  | (Omit<SignUp, 'password'> &
      Partial<AccountFieldValues<Fields>> & {
        readonly phoneNumber?: undefined;
        readonly emailAddress?: undefined;
      })
  | { readonly phoneNumber: PhoneNumber; readonly emailAddress?: undefined }
  | (EmailSignUp &
      Partial<AccountFieldValues<Fields>> & {
        readonly username?: undefined;
        readonly phoneNumber?: undefined;
      });

/**
 * Decides who may sign up: throws an AppError, which the client is shown, to refuse. It is asked
 * once all else is in order, and before the password is hashed or a code is sent. An error of
 * another kind is answered with 500.
 *
 * It is not told whether the username is taken, so that its answer cannot tell either. Of phone
 * numbers it judges only those without an account, since an account must be able to log in: what it
 * refuses has no account. The phone form reveals that anyway, by the id in its answer, and its
 * budgets count what is refused, too. The e-mail form asks it whether or not there is an account; a
 * log-in by e-mail, only once the code has proved that there is none.
 *
 * @example
 * const signUpPolicy: SignUpPolicy = (signUp) => {
 *   if (signUp.phoneNumber !== undefined) {
 *     throw new AccountBadRequestError('Please sign up with a username.');
 *   }
 * };
 */
export type SignUpPolicy<Fields extends AccountFieldDefinitions = NoFields> = (
  signUp: SignUpRequest<Fields>,
  context: OperationContext,
) => Promise<void> | void;

/**
 * Decides what a new account's username may be: throws an AppError, which the client is shown, to
 * refuse. Existing accounts keep theirs.
 *
 * @param username normalised (NFKC, without surrounding space); of at most 256 code points, with a
 *   letter or a number, and without control or invisible characters, which are never allowed
 * @example
 * const usernamePolicy: UsernamePolicy = (username) => {
 *   if (!isEmailAddress(username)) {
 *     throw AccountBadRequestError.ofField('username', 'must be an e-mail address');
 *   }
 * };
 */
export type UsernamePolicy = (username: string, context: OperationContext) => Promise<void> | void;

/**
 * Decides whether an account may be deleted or disabled: throws an AppError, which the client is
 * shown, to refuse. Called in the transaction that does it.
 */
export type EndPolicy = (
  params: AccountIdParams,
  context: OperationContext,
) => Promise<void> | void;

/**
 * Decides whether an account may still ask for changes of others' contacts, once another operator
 * approves one that it asked for. Called in the transaction that makes the change.
 */
export type ContactRequestPolicy = (
  params: AccountIdParams,
  context: OperationContext,
) => Promise<boolean> | boolean;

export interface AccountSearchByIdParams {
  readonly id: string;
}

export interface AccountSearchByUsernameParams {
  readonly username: string;
}

export interface AccountSearchByPhoneNumberParams {
  /** As the client sent it. */
  readonly phoneNumber: PhoneNumber;
}

export type CreateAccountByPhoneNumberParams = AccountSearchByPhoneNumberParams;

export interface AccountSearchParams {
  readonly username: string;
  readonly password: string;
}

/**
 * A name that is `null` or omitted is unchanged; an empty one is stored. A declared field that is
 * omitted is unchanged; `null` clears an optional one.
 */
export type UpdateAccountProfileParams<Fields extends AccountFieldDefinitions = NoFields> =
  ProfileUpdate & Partial<AccountFieldValues<Fields>>;

interface ProfileUpdate {
  readonly accountId: string;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
}

/** What owners can say about themselves. */
export type Profile = Omit<ProfileUpdate, 'accountId'>;

export interface ChangeAccountPasswordParams {
  readonly accountId: string;
  readonly currentPassword: string;
  readonly newPassword: string;
  /** The requesting session, which is kept. All others end. */
  readonly currentSessionId?: string | undefined;
}

export interface ResetPasswordParams {
  readonly accountId: string;
  /** The secret from the mail's link. */
  readonly token: string;
  readonly newPassword: string;
}

export interface AccountIdParams {
  readonly accountId: string;
}

/**
 * Everything stored about an account, except its credentials. Lists of any length come in pages,
 * which are read on demand and only once.
 */
export interface AccountExport<Fields extends AccountFieldDefinitions = NoFields> {
  readonly account: Account<Fields>;
  readonly identities: readonly ExportedIdentity[];
  /** From the modules that store it, as JSON, with lists in pages. */
  readonly notification: Readonly<Record<string, unknown>>;
  readonly authentication: Readonly<Record<string, unknown>>;
  /** The account's actions, newest first. */
  readonly auditRecords: AsyncIterable<readonly AuditRecord[]>;
  /** By name of the module that stores it, as JSON. */
  readonly others: Readonly<Record<string, AsyncIterable<readonly unknown[]>>>;

  /**
   * Call it once the export has been read or abandoned. Until then, or until half a minute after
   * its process was killed, the account cannot be exported again.
   */
  readonly end: () => Promise<void>;
}

/** A name that the account can be found by. */
export interface ExportedIdentity {
  readonly kind: 'username' | 'phone' | 'email';
  /** As its owner gave it; a phone number as E.164. */
  readonly value: string;
  /** When its owner proved to have it; `null` before, and for what cannot be proved. */
  readonly verifiedAt: Date | null;
  readonly createdAt: Date;
  /** Until then it is kept for the account, which has another in its place; `null` if it is in use. */
  readonly reservedUntil: Date | null;
}

export interface UnsubscribeParams {
  /** From the link of a mail. */
  readonly token: string;
}

/** A page, and whether the link works: we made it, and its account exists. */
export interface UnsubscribeAnswer extends UnsubscribePage {
  readonly isUsable: boolean;
}

/** What becomes of whoever wants to log in to an account; `deleted`: it can be restored or erased. */
export type AccountState = 'active' | 'disabled' | 'deleted';

/** How far the job is that stores earlier accounts' identities. */
export interface IdentityProgress {
  /** How many active accounts the current or latest pass of the job has looked at. */
  readonly accountsSeen: number;
  /** How many accounts there are, roughly, deleted ones included. */
  readonly accountsTotal: number;
  /** When the latest pass was through; `null` before the first. */
  readonly passedAt: Date | null;
}

/**
 * What other modules may ask about accounts; an `AccountService` is one. A program that declares the
 * fields `locale` and `timeZone` has them in `getAccountById` and `getAccountByUsername`, also for
 * modules that do not know its `Fields`.
 */
export interface AccountLookup<Fields extends AccountFieldDefinitions = NoFields> {
  /** @throws AccountWithIdNotFoundError if there is no active account with this id */
  getAccountById(
    params: AccountSearchByIdParams,
    context: OperationContext,
  ): Promise<Account<Fields> & AccountLanguage>;

  /** @throws AccountNotFoundError if no active account has the username */
  getAccountByUsername(
    params: AccountSearchByUsernameParams,
    context: OperationContext,
  ): Promise<Account<Fields> & AccountLanguage>;

  /** @returns `undefined` if no active account has the number */
  findAccountByPhoneNumber(
    params: AccountSearchByPhoneNumberParams,
    context: OperationContext,
  ): Promise<AccountOwnFields | undefined>;
}

/** How messages to an account are written, in programs that declare these fields. */
interface AccountLanguage {
  readonly locale?: string | null;
  readonly timeZone?: string | null;
}

/**
 * Another module that stores accounts' personal data, such as tasks: it adds them to an account's
 * export, and erases them with the account.
 *
 * @example
 * const provider: PersonalDataProvider = {
 *   name: 'tasks',
 *   exportDataByAccountId: (params, context) => tasks.exportTaskDataByAccountId(params, context),
 *   deleteDataByAccountId: (params, erasure, context) =>
 *     tasks.deleteTaskDataByAccountId(params, erasure, context),
 * };
 */
export interface PersonalDataProvider {
  /** Key of its data in an export, such as `tasks`. */
  readonly name: string;

  /** Everything it stores about the account, as JSON: a list, page by page. Default: nothing. */
  exportDataByAccountId?(
    params: AccountIdParams,
    context: OperationContext,
  ): AsyncIterable<readonly unknown[]>;

  /**
   * Erases all of it, in steps as specified by `erasure`; a repository's `eraseMany` does this.
   * Called again if an erasure was interrupted.
   */
  deleteDataByAccountId(
    params: AccountIdParams,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void>;
}

/** Omitted settings have their defaults. */
export interface AccountSettings {
  /**
   * In Unicode code points. Default: 8; NIST SP 800-63B-4 recommends 15 without a second factor.
   */
  readonly passwordMinimumLength?: number;
  /** Whether common passwords are rejected. Default: true. */
  readonly passwordBlocklist?: boolean;
  /**
   * Names that may not be used as passwords, even with digits added. Default: `org` and `org-api`.
   */
  readonly productNames?: readonly string[];
  readonly passwordHashing?: PasswordHashing;
  /** Base of the links in mails. Default: `http://localhost:3000`. */
  readonly webAppUrl?: string;
  /** How long a deleted account can be restored before it is erased. Default: 30 days. */
  readonly restoreTimeToLiveMilliseconds?: number;
  /** How long a new account's number may stay unverified. Default: 7 days. */
  readonly unprovedTimeToLiveMilliseconds?: number;
}

/** Cost of a password hash. Defaults are from the OWASP Password Storage Cheat Sheet. */
export interface PasswordHashing {
  /** Default: 19,456 KiB. */
  readonly memoryKibibytes?: number;
  /** Passes over the memory. Default: 2. */
  readonly iterations?: number;
  /** Lanes. Default: 1. */
  readonly parallelism?: number;
  /**
   * Whether hashes are computed in a child process of lower priority, which uses cores that nothing
   * else needs and gives way to requests. It takes 12 MiB, and the memory of as many hashes as are
   * computed in parallel; starts with the first password; and ends with `AccountService.close`, or
   * with this process. Whenever it does not run, and where a CPU quota (cgroup) or the lack of a
   * lower priority makes it pointless, this process hashes itself. Default: false.
   */
  readonly usesChildProcess?: boolean;
  /**
   * Hashes computed in parallel. Default: with a child process as many as there are cores, at most
   * 8; otherwise one fewer than the cores, at least 1.
   */
  readonly maximumConcurrency?: number;
  /** Hashes that may be queued. Default: 64. */
  readonly maximumQueueLength?: number;
}
