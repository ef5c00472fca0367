import type { OperationContext } from '@org/core';

import type { DirectoryAccount, UsernameAndPassword } from './types.ts';

/**
 * What logging in needs to know of accounts. Authentication owns this interface and the module that
 * keeps accounts implements it, so that authentication depends on no account module.
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
}
