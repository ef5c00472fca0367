import type { OperationContext, PhoneNumber } from '@org/core';

import type { AccountIdParams, DirectoryAccount, UsernameAndPassword } from './types.ts';

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
   * Marks the account's phone number as verified, after a correct one-time password.
   *
   * @throws an AppError with status 404 if the account is no longer active
   */
  proveAccountPhoneNumber(params: AccountIdParams, context: OperationContext): Promise<void>;

  /**
   * Finds the active account that proving this e-mail address logs in to, for the language of its
   * mail.
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
   */
  admitProvedEmail(params: ProvedEmailParams, context: OperationContext): Promise<DirectoryAccount>;

  /** Tells the owner that an old refresh token was used and its session ended. */
  notifyAccountOfTokenReuse(params: AccountIdParams, context: OperationContext): Promise<void>;
}
