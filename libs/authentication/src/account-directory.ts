import type { OperationContext, PhoneNumber } from '@org/core';

import type { DirectoryAccount, UsernameAndPassword } from './types.ts';

/**
 * What logging in needs to know of accounts. Authentication owns this interface, and the module that
 * keeps accounts implements it: authentication depends on no account module.
 */
export interface AccountDirectory {
  /**
   * Finds the active account that has this username and this password.
   *
   * @throws an AppError with status 401, the same and after the same work whether the username is
   *   unknown or the password wrong
   */
  getAccountByUsernameAndPassword(
    params: UsernameAndPassword,
    context: OperationContext,
  ): Promise<DirectoryAccount>;

  /**
   * Finds the active account that has this phone number, as given first, then normalised.
   *
   * @param params the number as the client sent it
   * @returns `undefined` when no active account has it
   */
  getAccountByPhoneNumber(
    params: { readonly phoneNumber: PhoneNumber },
    context: OperationContext,
  ): Promise<DirectoryAccount | undefined>;

  /**
   * Marks the account's phone number as verified: a right one-time password was given.
   *
   * @throws an AppError with status 404 when the account is no longer active
   */
  proveAccountPhoneNumber(
    params: { readonly accountId: string },
    context: OperationContext,
  ): Promise<void>;

  /**
   * Accepts a request for a password reset mail. Answer and work are the same whether or not an account
   * has the username.
   *
   * @returns when the token that is sent expires
   * @throws TooManyRequestsError when the name or the source asked too often
   */
  requestPasswordReset(
    params: { readonly username: string },
    context: OperationContext,
  ): Promise<{ readonly expiresAt: Date }>;

  /** Tells the owner that an old refresh token was used, and its session was ended. */
  notifyAccountOfTokenReuse(
    params: { readonly accountId: string },
    context: OperationContext,
  ): Promise<void>;
}
