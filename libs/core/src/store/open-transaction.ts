import { MongoServerError } from 'mongodb';

import type { OperationContext } from '../operation-context.ts';
import { DeferredItems } from './deferred-items.ts';

const NO_SUCH_TRANSACTION = 251;

type Work<Result> = (transaction: OperationContext) => Promise<Result>;

/**
 * A transaction from its beginning to its commit. A part of it that failed may have stored half of
 * what belongs together, and MongoDB ends it with the first command that it refuses: so whoever
 * catches such an error commits nothing.
 */
export class OpenTransaction {
  /** What is stored right before the commit. */
  readonly deferred = new DeferredItems();
  #failure: { readonly error: unknown } | undefined;

  /** @throws the first failure of a part, or of a command, if `work` does not throw */
  async runWhole<Result>(transaction: OperationContext, work: Work<Result>): Promise<Result> {
    try {
      const result = await work(transaction);
      this.#assertWhole();
      await this.deferred.store(transaction);
      await transaction.beforeCommit?.(transaction);
      this.#assertWhole();
      return result;
    } catch (error) {
      throw isEnded(error) && this.#failure !== undefined ? this.#failure.error : error;
    }
  }

  #assertWhole(): void {
    if (this.#failure !== undefined) {
      throw this.#failure.error;
    }
  }

  async runPart<Result>(transaction: OperationContext, work: Work<Result>): Promise<Result> {
    const earlier = this.#failure;
    try {
      return await work(transaction);
    } catch (error) {
      // It says more than a refusal of MongoDB's that led to it.
      this.#failure = earlier ?? { error };
      throw error;
    }
  }

  /** @param failure what is thrown for the driver's error */
  noteRefusal(error: unknown, failure: unknown): void {
    if (error instanceof MongoServerError) {
      this.#failure ??= { error: failure };
    }
  }
}

/** What MongoDB says of each command in a transaction that it has ended. */
function isEnded(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === NO_SUCH_TRANSACTION;
}
