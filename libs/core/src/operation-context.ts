import type { Actor } from './types.ts';

declare const transactionBrand: unique symbol;

/** An open transaction. Opaque: only `@org/core/store` knows its contents. */
export interface TransactionHandle {
  readonly [transactionBrand]: never;
}

/** Stores something in a transaction as its last write. What it throws rolls the transaction back. */
export type BeforeCommit = (transaction: OperationContext) => Promise<void>;

export interface OperationContextOptions {
  readonly actor: Actor;
  /** Id of the request or job run, the same in logs, audit records and error bodies. */
  readonly requestId: string;
  /** The client's address, if any; throttles and floods are counted by it. */
  readonly sourceAddress?: string | undefined;
  /** Called in every transaction that begins with this context. Default: nothing is. */
  readonly beforeCommit?: BeforeCommit | undefined;
}

/**
 * Who is acting, in which request, and within which transaction. Every service method takes one as
 * its last parameter and passes it on. Immutable: the methods return changed copies.
 */
export class OperationContext {
  readonly actor: Actor;
  readonly requestId: string;
  readonly sourceAddress: string | undefined;
  readonly beforeCommit: BeforeCommit | undefined;
  /** The transaction that storage operations join, if one is open. */
  readonly transaction: TransactionHandle | undefined;

  private constructor(options: OperationContextOptions, transaction?: TransactionHandle) {
    this.actor = options.actor;
    this.requestId = options.requestId;
    this.sourceAddress = options.sourceAddress;
    this.beforeCommit = options.beforeCommit;
    this.transaction = transaction;
  }

  static create(options: OperationContextOptions): OperationContext {
    return new OperationContext(options);
  }

  static anonymous(requestId: string, sourceAddress?: string): OperationContext {
    const actor = { type: 'anonymous', id: null } as const;
    return new OperationContext({ actor, requestId, sourceAddress });
  }

  withActor(actor: Actor): OperationContext {
    return this.#copy({ actor });
  }

  /** For what operators do for others: budgets of sources are not for them. */
  withoutSource(): OperationContext {
    return this.#copy({ sourceAddress: undefined });
  }

  withTransaction(transaction: TransactionHandle): OperationContext {
    return new OperationContext(this, transaction);
  }

  /** For transactions that begin from now on: one that is open already does not call it. */
  withBeforeCommit(beforeCommit: BeforeCommit): OperationContext {
    return this.#copy({ beforeCommit });
  }

  /**
   * For anything that must survive a rollback: counting a failed attempt, recording a denial. Without
   * `beforeCommit`, too, which belongs to the change.
   */
  withoutTransaction(): OperationContext {
    if (this.transaction === undefined && this.beforeCommit === undefined) {
      return this;
    }
    const { actor, requestId, sourceAddress } = this;
    return new OperationContext({ actor, requestId, sourceAddress });
  }

  #copy(changes: Partial<OperationContextOptions>): OperationContext {
    const { actor, requestId, sourceAddress, beforeCommit, transaction } = this;
    const options = { actor, requestId, sourceAddress, beforeCommit, ...changes };
    return new OperationContext(options, transaction);
  }
}
