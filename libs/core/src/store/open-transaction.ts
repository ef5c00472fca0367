import { MongoServerError, type ClientSession } from 'mongodb';

import type { OperationContext, TransactionHandle } from '../operation-context.ts';
import { DeferredItems, type StoreItems } from './deferred-items.ts';
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
  readonly #deferred = new DeferredItems();
  readonly #session: ClientSession;
  /** Ends with the last command; never rejects. */
  #commands: Promise<unknown> = Promise.resolve();
  /** Parts and commands that have not ended. */
  #unfinished = 0;
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
   * No command is left when it ends: the next attempt has the same session.
   *
   * @throws the first failure of a part, or of a command, if `work` does not throw
   * @throws Error if `work` ended before what it had begun: half of that would be committed
   */
  async runWhole<Result>(context: OperationContext, work: Work<Result>): Promise<Result> {
    const transaction = context.withTransaction(this as unknown as TransactionHandle);
    try {
      const result = await work(transaction);
      this.#assertWhole();
      await this.#deferred.store(transaction);
      await transaction.beforeCommit?.(transaction);
      // That may have deferred some more.
      await this.#deferred.store(transaction);
      this.#assertWhole();
      this.#isOver = true;
      return result;
    } catch (error) {
      const failure = this.#failure;
      // What waits is refused, and what runs has ended before the next attempt.
      this.#isOver = true;
      await this.#commands;
      throw isEnded(error) && failure !== undefined ? failure.error : error;
    }
  }

  async runPart<Result>(transaction: OperationContext, work: Work<Result>): Promise<Result> {
    this.#assertOpen();
    const earlier = this.#failure;
    this.#unfinished += 1;
    try {
      return await work(transaction);
    } catch (error) {
      // It says more than a refusal of MongoDB's that led to it.
      this.#failure = earlier ?? (isEnded(error) ? this.#failure : undefined) ?? { error };
      throw error;
    } finally {
      this.#unfinished -= 1;
    }
  }

  /**
   * Runs it once those before have ended: a transaction of MongoDB takes one at a time. One that
   * calls another would wait for itself.
   *
   * @throws Error at once if the transaction is over, so that the stack tells who called
   */
  runCommand<Result>(command: Command<Result>): Promise<Result> {
    this.#assertOpen();
    this.#unfinished += 1;
    const done = this.#commands.then(() => this.#run(command));
    this.#commands = done.catch(() => undefined);
    return done;
  }

  /** @throws Error if the transaction is over */
  defer<Item>(items: readonly Item[], store: StoreItems<Item>): void {
    this.#assertOpen();
    this.#deferred.add(items, store);
  }

  async #run<Result>(command: Command<Result>): Promise<Result> {
    try {
      this.#assertOpen();
      return await command({ session: this.#session });
    } catch (error) {
      const failure = isUnavailable(error) ? error : translateDriverError(error);
      this.#failure ??= { error: failure };
      throw failure;
    } finally {
      this.#unfinished -= 1;
    }
  }

  #assertOpen(): void {
    if (this.#isOver) {
      throw new Error('The transaction is over. Await in it whatever begins in it.');
    }
  }

  #assertWhole(): void {
    if (this.#failure !== undefined) {
      throw this.#failure.error;
    }
    if (this.#unfinished > 0) {
      throw new Error('The work ended before what it began. Await in it whatever begins in it.');
    }
  }
}

/** What MongoDB says of each command in a transaction that it has ended. */
function isEnded(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === NO_SUCH_TRANSACTION;
}
