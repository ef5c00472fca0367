import type { Erasure, OperationContext } from '@org/core';

/**
 * Another module that keeps data of accounts, such as their tasks: it adds them to an account's
 * export, and erases them with the account.
 */
export interface AccountDataHolder {
  /** Key of its data in an export, such as `tasks`. */
  readonly name: string;

  /** Everything that it keeps about the account, as JSON: a list, page by page. */
  exportDataByAccountId(
    params: { readonly accountId: string },
    context: OperationContext,
  ): AsyncIterable<readonly unknown[]>;

  /**
   * Erases all of that, in steps as `erasure` says; `eraseMany` of a repository does it. It is called
   * again for an erasure that was interrupted at any point.
   */
  deleteDataByAccountId(
    params: { readonly accountId: string },
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void>;
}
