import type { Actor } from './types.ts';

declare const transactionBrand: unique symbol;

/** An open transaction. Opaque: only `@org/core/store` knows its contents. */
export interface TransactionHandle {
  readonly [transactionBrand]: never;
}

export interface OperationContextOptions {
  readonly actor: Actor;
  /** Id of the request or job run, the same in logs, audit records and error bodies. */
  readonly requestId: string;
  /** The client's address, if any; throttles and floods are counted by it. */
  readonly sourceAddress?: string | undefined;
}

/**
 * Who is acting, in which request, and within which transaction. Every service method takes one as
 * its last parameter and passes it on. Immutable: the methods return changed copies.
 */
export class OperationContext {
  readonly actor: Actor;
  readonly requestId: string;
  readonly sourceAddress: string | undefined;
  /** The transaction that storage operations join, if one is open. */
  readonly transaction: TransactionHandle | undefined;

  private constructor(options: OperationContextOptions, transaction?: TransactionHandle) {
    this.actor = options.actor;
    this.requestId = options.requestId;
    this.sourceAddress = options.sourceAddress;
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
    const { requestId, sourceAddress, transaction } = this;
    return new OperationContext({ actor, requestId, sourceAddress }, transaction);
  }

  /** For what operators do for others: budgets of sources are not for them. */
  withoutSource(): OperationContext {
    const { actor, requestId, transaction } = this;
    return new OperationContext({ actor, requestId }, transaction);
  }

  withTransaction(transaction: TransactionHandle): OperationContext {
    return new OperationContext(this, transaction);
  }

  /** For anything that must survive a rollback: counting a failed attempt, recording a denial. */
  withoutTransaction(): OperationContext {
    return this.transaction === undefined ? this : new OperationContext(this);
  }
}
