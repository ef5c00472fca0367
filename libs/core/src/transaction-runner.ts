import type { OperationContext } from './operation-context.ts';

/** Runs work so that either all of it is stored or none. */
export interface TransactionRunner {
  /**
   * Calls `work` with a context whose storage operations belong to one transaction, and commits
   * when `work` resolves. Joins `context`'s transaction if it has one: all of that is then rolled back
   * if this work throws, even if the error is caught there.
   *
   * `work` is called again after a transient conflict, so it must have no effects outside storage.
   *
   * @throws whatever `work` throws, after rolling back
   * @throws ServiceUnavailableError if the database cannot be reached or the conflict persists
   */
  withTransaction<Result>(
    context: OperationContext,
    work: (context: OperationContext) => Promise<Result>,
  ): Promise<Result>;
}
