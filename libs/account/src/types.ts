import type { AuditRecord } from '@org/audit';
import type { Erasure, OperationContext, PhoneNumber } from '@org/core';

export type {
  AccountNotificationPreferences,
  AccountNotificationPreferencesByAccountIdParams,
  CreateOrUpdateAccountNotificationPreferencesParams,
} from '@org/notification';

/** An account as the rest of the system sees it; never with a password hash. */
export interface Account {
  readonly id: string;
  /** Empty when not given, as are `lastName` and `username`. */
  readonly firstName: string;
  readonly lastName: string;
  readonly username: string;
  readonly phoneNumber: PhoneNumber | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** An account, and what a session that is started for it has to carry. */
export interface AccountForLogin extends Account {
  /** How often another password or a deletion ended all sessions. */
  readonly sessionEpoch: number;
}

export interface CreateAccountByUsernameAndPasswordParams {
  readonly firstName: string;
  readonly lastName: string;
  readonly username: string;
  readonly password: string;
}

export interface CreateAccountByPhoneNumberParams {
  /** As the client sent it. */
  readonly phoneNumber: PhoneNumber;
}

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

export interface AccountSearchParams {
  readonly username: string;
  readonly password: string;
}

/** A name that is `null` or left out stays as it is; an empty one is stored. */
export interface UpdateAccountProfileParams {
  readonly accountId: string;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
}

/** What owners say of themselves. */
export type Profile = Omit<UpdateAccountProfileParams, 'accountId'>;

export interface ChangeAccountPasswordParams {
  readonly accountId: string;
  readonly currentPassword: string;
  readonly newPassword: string;
  /** The session that asks, which goes on. All others end. */
  readonly currentSessionId?: string | undefined;
}

export interface RequestPasswordResetParams {
  readonly username: string;
}

export interface ResetPasswordParams {
  readonly accountId: string;
  /** The secret of the link in the mail. */
  readonly token: string;
  readonly newPassword: string;
}

export interface AccountIdParams {
  readonly accountId: string;
}

/**
 * Everything that is stored about an account, without what it proves itself with. Lists of any length
 * come in pages, read when they are asked for, and once.
 */
export interface AccountExport {
  readonly account: Account;
  /** By the modules that keep it, as JSON, with lists in pages. */
  readonly notification: Readonly<Record<string, unknown>>;
  readonly authentication: Readonly<Record<string, unknown>>;
  /** What the account did, newest first. */
  readonly auditRecords: AsyncIterable<readonly AuditRecord[]>;
  /** By the name of the module that keeps it, as JSON. */
  readonly others: Readonly<Record<string, AsyncIterable<readonly unknown[]>>>;

  /**
   * Call it once the export was read or given up. Until then, or until half a minute after its process
   * was killed, the account gets no other export.
   */
  readonly end: () => Promise<void>;
}

/** A deleted account that is not erased yet. */
export interface DeletedAccount {
  readonly id: string;
  readonly deletedAt: Date;
  /** From then on it is erased at the next opportunity. */
  readonly restorableUntil: Date;
  /** Whether that is yet to come, by the clock that wrote it. */
  readonly isRestorable: boolean;
}

/**
 * Another module that keeps personal data of accounts, such as their tasks: it adds them to an
 * account's export, and erases them with the account.
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

  /** All that it keeps of the account, as JSON: a list, page by page. */
  exportDataByAccountId(
    params: AccountIdParams,
    context: OperationContext,
  ): AsyncIterable<readonly unknown[]>;

  /**
   * Erases all of that, in steps as `erasure` says; `eraseMany` of a repository does it. It is called
   * again for an erasure that was interrupted.
   */
  deleteDataByAccountId(
    params: AccountIdParams,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void>;
}

/** A setting that is left out has its default. */
export interface AccountSettings {
  /**
   * In Unicode code points. Default: 8; NIST SP 800-63B-4 recommends 15 where there is no second
   * factor.
   */
  readonly passwordMinimumLength?: number;
  /** Whether passwords that many people have are refused. Default: true. */
  readonly passwordBlocklist?: boolean;
  /** Names that no password may be, whatever digits are added. Default: `org` and `org-api`. */
  readonly productNames?: readonly string[];
  readonly passwordHashing?: PasswordHashing;
  /** Where the links in mails lead. Default: `http://localhost:3000`. */
  readonly webAppUrl?: string;
  /** How long a mail's link to reset a password works. Default: 30 minutes. */
  readonly passwordResetTokenTimeToLiveMilliseconds?: number;
  /** How long a deleted account can be restored before it is erased. Default: 30 days. */
  readonly restoreTimeToLiveMilliseconds?: number;
  /** How long the number of a new account may stay unproved. Default: 7 days. */
  readonly unprovedTimeToLiveMilliseconds?: number;
}

/** Cost of a password hash. Defaults are those of the OWASP Password Storage Cheat Sheet. */
export interface PasswordHashing {
  /** Default: 19,456 KiB. */
  readonly memoryKibibytes?: number;
  /** Passes over the memory. Default: 2. */
  readonly iterations?: number;
  /** Lanes. Default: 1. */
  readonly parallelism?: number;
  /** Hashes computed at the same time. Default: one fewer than the cores, at least 1. */
  readonly maximumConcurrency?: number;
  /** Hashes that may wait for their turn. Default: 64. */
  readonly maximumQueueLength?: number;
}
