import type { OperationContext } from './operation-context.ts';

/** Runs work so that all of it is stored or none of it. */
export interface TransactionRunner {
  /**
   * Calls `work` with a context whose storage operations belong to one transaction, and commits it
   * when `work` resolves. Joins the transaction that `context` already carries.
   *
   * `work` is called again after a transient conflict, so it must not have effects outside storage.
   *
   * @throws whatever `work` throws, after rolling back
   * @throws ServiceUnavailableError when the database cannot be reached or the conflict persists
   */
  withTransaction<Result>(
    context: OperationContext,
    work: (context: OperationContext) => Promise<Result>,
  ): Promise<Result>;
}
