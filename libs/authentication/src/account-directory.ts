import type { OperationContext, PhoneNumber } from '@org/core';

import type {
  AccountIdParams,
  AuthenticationMethod,
  Session,
  UsernameAndPassword,
} from './types.ts';

/** What a directory reveals about an account: its identity, never its credentials. */
export interface DirectoryAccount {
  readonly id: string;
  /**
   * How often the account's sessions were invalidated: by a change of the password, its deletion, or
   * operators. Read together with the stored credentials. Default: 0.
   */
  readonly sessionEpoch?: number;
  /** Language of its messages, such as `de-AT`. Default: the sender's. */
  readonly locale?: string;
  /** Of times in its messages, such as `Europe/Vienna`. Default: the sender's. */
  readonly timeZone?: string;
  /**
   * Whether operators have disabled it: then no code leaves for it, after the same work. Default:
   * false.
   */
  readonly isDisabled?: boolean;
  /** What it logs in by; a source that logged in by one of them is known by all. Default: none. */
  readonly username?: string;
  readonly email?: string | null;
  /** Whether it has proved that address. Default: false. */
  readonly emailVerified?: boolean;
  readonly phoneNumber?: PhoneNumber | null;
  /** Whether it has proved that number. Default: false. */
  readonly phoneNumberVerified?: boolean;
}

/** Where codes reach the account. */
export interface DirectoryAccountForLogin extends DirectoryAccount {
  /** `null` if it has none. */
  readonly phoneNumber: PhoneNumber | null;
}

/**
 * Where accounts are stored. A session is read together with its account, in one round trip. It is
 * invalid if the account is not active or is disabled, or is in a later epoch than the session, that
 * is, if the login was before the change. No other field of the account is read, but for
 * `toAccount`.
 */
export interface AccountCollection<Account = unknown> {
  readonly name: string;
  /** Field that is `true` while the account may be used. */
  readonly activeField: string;
  /** Field that is set while operators have disabled the account. Default: they cannot. */
  readonly disabledField?: string;
  /** Field with the {@link DirectoryAccount.sessionEpoch}. */
  readonly sessionEpochField: string;
  /** The account that a document stores, for claims in access tokens. Default: no claims. */
  toAccount?(document: object): Account;
}

export interface AccountIdAndPassword {
  readonly accountId: string;
  readonly password: string;
}

export interface EmailAddressAndPassword {
  readonly emailAddress: string;
  readonly password: string;
}

/** Whoever has just proved an e-mail address by a code. */
export interface ProvedEmailParams {
  readonly emailAddress: string;
  /** As sent with the code. */
  readonly password?: string | undefined;
  /** What lay with the code: the hash of the password that was sent when it was asked for. */
  readonly hashedPassword?: string | undefined;
  /** For a new account. */
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  /** The account that they are logged in to. Default: none. */
  readonly actingAccountId?: string | undefined;
}

/** A login from a device that none of the account's latest sessions is from. */
export interface NewDevice extends Pick<Session, 'device' | 'browser' | 'ip'> {
  readonly accountId: string;
  /** The session that is being started. */
  readonly sessionId: string;
  /** Whether the account has no other session, live or ended. */
  readonly isFirst: boolean;
  /** A hash, equal for logins that the account's sessions take for one device; not for people. */
  readonly key: string;
  readonly at: Date;
  /** Default: not recorded. */
  readonly authenticatedBy?: AuthenticationMethod | undefined;
  /** For `AuthenticationService.reverseSession`: once, and for 7 days. */
  readonly token: string;
}

export interface NewDeviceOptions {
  /**
   * Called if the account has not logged in from this device before, in the transaction that starts
   * the session. If it fails, the session starts without it. Default: nobody looks at the device.
   */
  readonly onNewDevice?:
    ((device: NewDevice, context: OperationContext) => Promise<void>) | undefined;
}

/**
 * What login needs to know about accounts. Authentication owns this interface, and the accounts
 * module implements it, so that authentication depends on no account module.
 */
export interface AccountDirectory {
  /**
   * Finds the active account with this username and password.
   *
   * @throws an AppError with status 401, the same and after the same work whether the username is
   *   unknown or the password wrong
   */
  getAccountByUsernameAndPassword(
    params: UsernameAndPassword,
    context: OperationContext,
  ): Promise<DirectoryAccount>;

  /**
   * Finds the active account with this phone number, first as given, then normalised.
   *
   * @param params the number as the client sent it
   * @returns `undefined` if no active account has it
   */
  findAccountByPhoneNumber(
    params: { readonly phoneNumber: PhoneNumber },
    context: OperationContext,
  ): Promise<DirectoryAccount | undefined>;

  /**
   * Checks the password of an account that is logged in.
   *
   * @throws the same AppError with status 401 if it is wrong, the account has none, or no active
   *   account has the id
   */
  getAccountByIdAndPassword(
    params: AccountIdAndPassword,
    context: OperationContext,
  ): Promise<DirectoryAccount>;

  /**
   * Finds an active account with its phone number and its e-mail address.
   *
   * @returns `undefined` if no active account has the id
   */
  findAccountForLogin(
    params: AccountIdParams,
    context: OperationContext,
  ): Promise<DirectoryAccountForLogin | undefined>;

  /**
   * Marks the account's phone number as verified, after a correct one-time password.
   *
   * @throws an AppError with status 404 if the account is no longer active
   */
  proveAccountPhoneNumber(params: AccountIdParams, context: OperationContext): Promise<void>;

  /**
   * Finds the account that proving this e-mail address logs in to, for the language of its mail; also
   * if it is disabled.
   *
   * @returns `undefined`, after the same work, if there is none
   */
  findAccountByEmail(
    params: { readonly emailAddress: string },
    context: OperationContext,
  ): Promise<DirectoryAccount | undefined>;

  /**
   * Finds the active account with this password that has proved this e-mail address.
   *
   * @throws an AppError with status 401, the same and after the same work whether the address is
   *   unknown or the password wrong
   */
  getAccountByEmailAndPassword(
    params: EmailAddressAndPassword,
    context: OperationContext,
  ): Promise<DirectoryAccount>;

  /**
   * Finds or creates the account of someone who has just proved this e-mail address by a code: in
   * the context's transaction, or one of its own.
   *
   * @throws OtpIncorrectError if the account is disabled
   */
  admitProvedEmail(params: ProvedEmailParams, context: OperationContext): Promise<DirectoryAccount>;

  /** Tells the owner that an old refresh token was used and its session ended. */
  notifyAccountOfTokenReuse(params: AccountIdParams, context: OperationContext): Promise<void>;

  /**
   * Tells the owner that somebody logged in from a new device, and how to undo it. Called in the
   * login's transaction; if it fails, the login succeeds without it.
   */
  notifyAccountOfNewDevice(params: NewDevice, context: OperationContext): Promise<void>;
}
