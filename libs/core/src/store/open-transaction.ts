import { MongoServerError, type ClientSession } from 'mongodb';

import type { OperationContext, TransactionHandle } from '../operation-context.ts';
import { DeferredItems } from './deferred-items.ts';
import { isUnavailable, translateDriverError } from './errors.ts';

const NO_SUCH_TRANSACTION = 251;

type Work<Result> = (transaction: OperationContext) => Promise<Result>;
type Command<Result> = (options: { readonly session: ClientSession }) => Promise<Result>;

/**
 * A transaction from its beginning to its commit. A part of it that failed may have stored half of
 * what belongs together, and MongoDB ends it with the first command that it refuses: so whoever
 * catches such an error commits nothing.
 */
export class OpenTransaction {
  /** What is stored right before the commit. */
  readonly deferred = new DeferredItems();
  readonly #session: ClientSession;
  /** Ends with the last command; never rejects. */
  #commands: Promise<unknown> = Promise.resolve();
  #isOver = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(session: ClientSession) {
    this.#session = session;
  }

  /** @returns the transaction that the context is in, if there is one */
  static of({ transaction }: OperationContext): OpenTransaction | undefined {
    return transaction as unknown as OpenTransaction | undefined;
  }

  /**
   * No command that was begun in it is left when it ends: the next attempt has the same session.
   *
   * @throws the first failure of a part, or of a command, if `work` does not throw
   */
  async runWhole<Result>(context: OperationContext, work: Work<Result>): Promise<Result> {
    const transaction = context.withTransaction(this as unknown as TransactionHandle);
    try {
      const result = await work(transaction);
      await this.#untilIdle();
      this.#assertWhole();
      await this.deferred.store(transaction);
      await transaction.beforeCommit?.(transaction);
      await this.#untilIdle();
      this.#assertWhole();
      return result;
    } catch (error) {
      await this.#untilIdle();
      throw isEnded(error) && this.#failure !== undefined ? this.#failure.error : error;
    } finally {
      this.#isOver = true;
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

  /** Runs it once those before have ended: a transaction of MongoDB takes one at a time. */
  runCommand<Result>(command: Command<Result>): Promise<Result> {
    const done = this.#commands.then(() => this.#run(command));
    this.#commands = done.catch(() => undefined);
    return done;
  }

  async #run<Result>(command: Command<Result>): Promise<Result> {
    if (this.#isOver) {
      throw new Error('The transaction is over. Await in it whatever begins in it.');
    }
    try {
      return await command({ session: this.#session });
    } catch (error) {
      const failure = isUnavailable(error) ? error : translateDriverError(error);
      if (error instanceof MongoServerError) {
        this.#failure ??= { error: failure };
      }
      throw failure;
    }
  }

  async #untilIdle(): Promise<void> {
    for (let last; last !== this.#commands;) {
      last = this.#commands;
      await last;
    }
  }

  #assertWhole(): void {
    if (this.#failure !== undefined) {
      throw this.#failure.error;
    }
  }
}

/** What MongoDB says of each command in a transaction that it has ended. */
function isEnded(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === NO_SUCH_TRANSACTION;
}
