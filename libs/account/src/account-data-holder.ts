import type { AuditEvent, OperationContext } from '@org/core';

/**
 * Another module that keeps data of accounts, such as their tasks: it adds them to an account's
 * export, and erases them with the account.
 */
export interface AccountDataHolder {
  /** Key of its data in an export, such as `tasks`. */
  readonly name: string;

  /** Everything that it keeps about the account, as JSON. */
  exportDataByAccountId(
    params: { readonly accountId: string },
    context: OperationContext,
  ): Promise<unknown>;

  /**
   * Erases all of that, in the transaction of the context.
   *
   * @returns what was erased, so that the audit trail forgets what it held
   */
  deleteDataByAccountId(
    params: { readonly accountId: string },
    context: OperationContext,
  ): Promise<readonly Pick<AuditEvent, 'resourceType' | 'resourceId'>[]>;
}
