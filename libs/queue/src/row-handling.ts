import { OperationContext, type Clock } from '@org/core';
import type { Database } from '@org/core/store';

import {
  LeaseLostError,
  NotRetryableError,
  QueueTimeLimitExceededError,
  RetryLaterError,
  WorkerStoppedError,
} from './errors.ts';
import { describeFailure, MAXIMUM_UNFINISHED_ATTEMPTS } from './failures.ts';
import { retryDelay } from './retry-delay.ts';
import type { QueueRowDocument } from './store/queue-row-repository.ts';
import type { QueueRowStore } from './store/queue-row-store.ts';
import { payloadOf } from './store/queue-row-util.ts';
import type { QueueErrorListener, QueueHandler } from './types.ts';
import { withinTimeLimit } from './until-aborted.ts';

export interface RowHandlingDependencies {
  readonly store: QueueRowStore;
  readonly database: Database;
  readonly clock: Clock;
  readonly deadRetentionMilliseconds: number;
  readonly onError: QueueErrorListener;
}

/** A handler with its defaults. */
export interface CompleteHandler extends Pick<QueueHandler, 'during' | 'handle' | 'kind'> {
  readonly concurrency: number;
  readonly reservedConcurrency: number;
  readonly maximumAttempts: number;
  readonly retryDelayMilliseconds: number;
  readonly maximumRetryDelayMilliseconds: number;
  readonly timeLimitMilliseconds: number;
}

/** Works on leased rows with their handlers, and stores how that ended. */
export class RowHandling {
  readonly #dependencies: RowHandlingDependencies;

  constructor(dependencies: RowHandlingDependencies) {
    this.#dependencies = dependencies;
  }

  async handle(
    handler: CompleteHandler,
    row: QueueRowDocument,
    stopped: AbortSignal,
  ): Promise<void> {
    const { store, clock } = this.#dependencies;
    const context = contextOf(row);
    try {
      if (row.attempts > MAXIMUM_UNFINISHED_ATTEMPTS) {
        throw new NotRetryableError('Every worker that began it died.');
      }
      if (payloadOf(row) === undefined) {
        throw new NotRetryableError('Its payload is not an object.');
      }
      await this.#work(handler, row, stopped);
    } catch (error) {
      await this.#settleFailure(handler, row, stopped.aborted ? stopped.reason : error);
      return;
    }
    await store.rows.releaseNext(row, clock.now(), context);
  }

  async #work(
    handler: CompleteHandler,
    row: QueueRowDocument,
    stopped: AbortSignal,
  ): Promise<void> {
    const { database } = this.#dependencies;
    const context = contextOf(row);
    if (handler.during === undefined) {
      await callHandler(handler, row, stopped, context);
      await this.#remove(row, context);
      return;
    }
    await database.withTransaction(context, async (transaction) => {
      // First, so that a worker that has lost the row changes nothing.
      await this.#remove(row, transaction);
      await callHandler(handler, row, stopped, transaction);
    });
  }

  /** @throws LeaseLostError if another worker has the row */
  async #remove(row: QueueRowDocument, context: OperationContext): Promise<void> {
    if (!(await this.#dependencies.store.rows.removeLeased(row, context))) {
      throw new LeaseLostError();
    }
  }

  async #settleFailure(
    handler: CompleteHandler,
    row: QueueRowDocument,
    error: unknown,
  ): Promise<void> {
    const { store, clock } = this.#dependencies;
    const context = contextOf(row);
    if (error instanceof WorkerStoppedError) {
      await store.rows.giveBack(row, clock.now(), context);
      return;
    }
    if (error instanceof LeaseLostError) {
      this.#report(error, row, false);
      return;
    }
    const isCounted = !(error instanceof RetryLaterError) || error.isCounted;
    const failures = (row.failures ?? 0) + (isCounted ? 1 : 0);
    const isDead = error instanceof NotRetryableError || failures >= handler.maximumAttempts;
    this.#report(error, row, isDead);
    const now = clock.now();
    const lastError = describeFailure(error);
    if (isDead) {
      await this.#bury(row, lastError, now);
      return;
    }
    const delay = retryDelay(
      Math.max(1, failures),
      {
        baseMilliseconds: handler.retryDelayMilliseconds,
        maximumMilliseconds: handler.maximumRetryDelayMilliseconds,
      },
      {
        lifeMilliseconds: row.expires_at.getTime() - now.getTime(),
        retryAfterMilliseconds:
          error instanceof RetryLaterError ? error.retryAfterMilliseconds : undefined,
      },
    );
    const retryAt = new Date(now.getTime() + delay);
    await store.retryRow(row, { retryAt, lastError, isCounted }, context);
  }

  async #bury(row: QueueRowDocument, lastError: string, now: Date): Promise<void> {
    const { store, deadRetentionMilliseconds } = this.#dependencies;
    const purgeAt = new Date(now.getTime() + deadRetentionMilliseconds);
    await store.buryRow(row, { purgeAt, lastError }, contextOf(row));
    await store.rows.releaseNext(row, now, contextOf(row));
  }

  #report(error: unknown, row: QueueRowDocument, isDead: boolean): void {
    const { kind, attempts: attempt } = row;
    this.#dependencies.database.tracing.fail(error);
    const payload = payloadOf(row) ?? {};
    this.#dependencies.onError(error, { kind, rowId: String(row._id), attempt, isDead }, payload);
  }
}

async function callHandler(
  { handle, timeLimitMilliseconds }: CompleteHandler,
  { _id, payload, attempts: attempt }: QueueRowDocument,
  stopped: AbortSignal,
  context: OperationContext,
): Promise<void> {
  const reason = new QueueTimeLimitExceededError(timeLimitMilliseconds);
  await withinTimeLimit({ milliseconds: timeLimitMilliseconds, reason }, stopped, (signal) =>
    handle(payload, { context, rowId: String(_id), attempt, signal }),
  );
}

function contextOf({ _id }: QueueRowDocument): OperationContext {
  const id = String(_id);
  return OperationContext.create({ actor: { type: 'worker', id }, requestId: id });
}
