import type { OperationContext } from '@org/core';

import type { QueuePriority } from './priority.ts';

/** Work to be done later. */
export interface NewQueueRow {
  /** Which handler works on it. */
  readonly kind: string;
  /** What the handler needs to know: ids rather than secrets, since it is stored as it is. */
  readonly payload: object;
  /**
   * Rows with the same kind and key are worked on one after the other, in the order in which their
   * transactions committed. Two transactions that add rows of one key conflict, and one is run again.
   * Default: in no order.
   */
  readonly key?: string | undefined;
  /** Default: `normal`. */
  readonly priority?: QueuePriority;
  /** Default: now. */
  readonly dueAt?: Date;
  /** When it is no longer worth doing: it is dead then. Default: never. */
  readonly expiresAt?: Date;
  /** The account whose personal data the payload holds; erased with it. Default: none. */
  readonly accountId?: string | undefined;
}

/** One attempt at a row, as its handler sees it. */
export interface QueueRun {
  /** Acts as `worker`. With `during: 'transaction'`, storage operations join its transaction. */
  readonly context: OperationContext;
  /** The same at every attempt: an idempotency key for anything outside of MongoDB. */
  readonly rowId: string;
  /** Starts at 1. */
  readonly attempt: number;
  /** Aborted when the time limit is exceeded, the worker stops, or another may have the row. */
  readonly signal: AbortSignal;
}

/**
 * Works on the rows of one kind. Times are in milliseconds. The payload comes as it was stored, which
 * nothing compares with its type: a handler must expect rows that an earlier version stored.
 */
export interface QueueHandler<Payload extends object = object> {
  readonly kind: string;
  /**
   * `transaction`: the handler runs in the transaction that removes its row, so what it stores in
   * this database is stored exactly once. It may be called again after a conflict, so it must have
   * no effects elsewhere, and has 10 seconds. Default: outside any transaction, at least once.
   */
  readonly during?: 'transaction' | undefined;
  /**
   * Resolves when the work is done. A rejection is retried, unless it is a NotRetryableError; a
   * RetryLaterError says how long to wait.
   */
  handle(payload: Payload, run: QueueRun): Promise<void>;
  /** Rows that one worker works on at a time. Default: 5. */
  readonly concurrency?: number | undefined;
  /** How many of these slots are kept for urgent rows. Default: 0. */
  readonly reservedConcurrency?: number | undefined;
  /**
   * Failed attempts until the row is dead. Default: 20, which takes some five hours. One that kills
   * its worker each time is dead after 200.
   */
  readonly maximumAttempts?: number | undefined;
  /** Longest delay before the second attempt; doubles with each attempt. Default: 5,000. */
  readonly retryDelayMilliseconds?: number | undefined;
  /** Upper limit of the delay. Default: 3,600,000 (1 hour). */
  readonly maximumRetryDelayMilliseconds?: number | undefined;
  /** How long one attempt may take. Default: 60,000; at most 10,000 during a transaction. */
  readonly timeLimitMilliseconds?: number | undefined;
}

/** Times are in milliseconds. */
export interface QueueSettings {
  /** How long a row stays with a worker that has died. Default: 30,000. */
  readonly leaseMilliseconds?: number;
  /** How often a worker looks for due rows; new ones wake it at once. Default: 1,000. */
  readonly pollIntervalMilliseconds?: number;
  /** How long {@link Queue.stop} waits for work in flight. Default: 5,000. */
  readonly stopGraceMilliseconds?: number;
  /** Rows of all kinds that one worker works on at a time. Default: 20. */
  readonly maximumConcurrency?: number;
  /** How long dead rows are kept. Default: 90 days. */
  readonly deadRetentionMilliseconds?: number;
}

/**
 * Called for background errors, with the attempt if there was one, and its row's payload, which may
 * hold what does not belong in a log.
 */
export type QueueErrorListener = (
  error: unknown,
  attempt?: FailedQueueAttempt,
  payload?: object,
) => void;

export interface FailedQueueAttempt {
  readonly kind: string;
  readonly rowId: string;
  /** Starts at 1. */
  readonly attempt: number;
  /** Whether it was the last attempt; else the row is tried again. */
  readonly isDead: boolean;
}

/** A row that waits or is dead. */
export interface QueueRow {
  readonly id: string;
  readonly kind: string;
  readonly key: string | null;
  readonly payload: object;
  readonly attempts: number;
  readonly dueAt: Date;
  readonly lastError: string | null;
  readonly createdAt: Date;
}

export interface ListQueueRowsParams {
  readonly kind?: string;
  /** Maximum number of rows. Default: 100. */
  readonly limit?: number;
  /** `nextCursor` of the previous page. Default: from the newest. */
  readonly cursor?: string;
}

export interface QueueRowPage {
  readonly items: readonly QueueRow[];
  /** For the next page; `null` on the last. */
  readonly nextCursor: string | null;
}

/** A snapshot of one kind's rows, for metrics. */
export interface QueueStatistics {
  readonly kind: string;
  /** Whether this process has a handler for it. */
  readonly isHandled: boolean;
  readonly waiting: number;
  /** Of those waiting: failed at least once. */
  readonly failing: number;
  readonly dead: number;
  /** How long the row that was due first has been waiting; 0 if none is due. */
  readonly oldestMilliseconds: number;
}
