import type { Clock, OperationContext } from '@org/core';
import { withId, type CollectionReport, type RepositoryDependencies } from '@org/core/store';

import { QueueBadRequestError } from '../errors.ts';
import type {
  ListQueueRowsParams,
  NewQueueRow,
  QueueRow,
  QueueRowPage,
  QueueStatistics,
} from '../types.ts';
import { QueueRowRepository, type QueueRowDocument } from './queue-row-repository.ts';
import { NEVER, toDate, toDocument, toQueueRow, toText } from './queue-row-util.ts';
import { QueueSequenceRepository } from './queue-sequence-repository.ts';

const DEFAULT_PAGE_SIZE = 100;

type Status = QueueRowDocument['status'];

interface FindRowsParams extends Omit<ListQueueRowsParams, 'kind'> {
  readonly kind?: string | { readonly $nin: string[] };
}

export interface RowRetry {
  readonly retryAt: Date;
  readonly lastError: string;
  /** Whether the attempt counts. */
  readonly isCounted: boolean;
}

/** Adds rows, lists them, and stores how attempts ended. */
export class QueueRowStore {
  readonly rows: QueueRowRepository;
  readonly #sequences: QueueSequenceRepository;
  readonly #dependencies: RepositoryDependencies;
  readonly #clock: Clock;

  constructor(collectionName: string, dependencies: RepositoryDependencies, clock: Clock) {
    this.rows = new QueueRowRepository(collectionName, dependencies);
    this.#sequences = new QueueSequenceRepository(`${collectionName}_sequences`, dependencies);
    this.#dependencies = dependencies;
    this.#clock = clock;
  }

  async initialize(): Promise<readonly CollectionReport[]> {
    return Promise.all([this.rows.onInitCollection(), this.#sequences.onInitCollection()]);
  }

  /** @returns the ids, in the order of the rows */
  async addRows(
    rows: readonly NewQueueRow[],
    context: OperationContext,
  ): Promise<readonly string[]> {
    const keys = [...new Set(rows.flatMap(({ key }) => key ?? []))];
    if (keys.length === 0) {
      return this.#insert(rows, new Map(), context);
    }
    return this.#dependencies.database.withTransaction(context, async (transaction) => {
      const next = new Map<string, number>();
      for (const key of keys.toSorted()) {
        const count = rows.filter((row) => row.key === key).length;
        const last = await this.#sequences.take(key, count, this.#clock.now(), transaction);
        next.set(key, last - count + 1);
      }
      return this.#insert(rows, next, transaction);
    });
  }

  async retryRow(
    row: QueueRowDocument,
    { retryAt, lastError, isCounted }: RowRetry,
    context: OperationContext,
  ): Promise<void> {
    const times = { next_attempt_at: retryAt, due_at: retryAt, leased_until: null };
    const $inc = isCounted ? { failures: 1 } : { attempts: -1 };
    await this.rows.changeLeased(row, { $set: { ...times, last_error: lastError }, $inc }, context);
  }

  async buryRow(
    row: QueueRowDocument,
    { purgeAt, lastError }: { readonly purgeAt: Date; readonly lastError: string },
    context: OperationContext,
  ): Promise<void> {
    const dead = { status: 'dead', leased_until: null, last_error: lastError } as const;
    await this.rows.changeLeased(row, { $set: { ...dead, purge_at: purgeAt } }, context);
  }

  async buryExpiredRows(purgeAt: Date, context: OperationContext): Promise<void> {
    const now = this.#clock.now();
    await this.rows.updateMany(
      { status: 'queued', expires_at: { $lte: now }, next_attempt_at: { $lte: now } },
      {
        $set: {
          status: 'dead',
          leased_until: null,
          last_error: 'It was not done in time.',
          purge_at: purgeAt,
        },
      },
      context,
    );
  }

  /** @returns whether there was a dead row with this id */
  async requeueDeadRow(rowId: string, context: OperationContext): Promise<boolean> {
    const requeued = await this.rows.findOneAndUpdate(
      { ...withId(rowId), status: 'dead' },
      {
        $set: {
          status: 'queued',
          attempts: 0,
          failures: 0,
          last_error: null,
          next_attempt_at: this.#clock.now(),
          due_at: this.#clock.now(),
          expires_at: NEVER,
        },
        $unset: { purge_at: 1 },
      },
      context,
    );
    return requeued !== undefined;
  }

  /** Newest first. */
  async findRows(
    status: Status,
    { kind, limit = DEFAULT_PAGE_SIZE, cursor }: FindRowsParams,
    context: OperationContext,
  ): Promise<QueueRowPage> {
    const filter = { status, ...(kind === undefined ? {} : { kind }) };
    const page = await this.rows.findNewest(filter, { limit, cursor }, context);
    if (page === undefined) {
      throw new QueueBadRequestError('cursor must be one that an earlier page gave');
    }
    return { items: page.rows.map(toQueueRow), nextCursor: page.nextCursor };
  }

  async *findRowsByAccountId(
    accountId: string,
    context: OperationContext,
  ): AsyncGenerator<readonly QueueRow[], void, undefined> {
    for await (const page of this.rows.findInPages({ account_id: accountId }, context)) {
      yield page.map(toQueueRow);
    }
  }

  /** Counts rows by kind. */
  async countByKind(handled: readonly string[], context: OperationContext) {
    const now = this.#clock.now();
    const isWaiting = { $eq: ['$status', 'queued'] };
    const isDated = { $and: [isWaiting, { $eq: [{ $type: '$next_attempt_at' }, 'date'] }] };
    const count = (condition: object) => ({ $sum: { $cond: [condition, 1, 0] } });
    const found = await this.rows.aggregate(
      [
        {
          $group: {
            _id: '$kind',
            waiting: count(isWaiting),
            failing: count({ $and: [isWaiting, { $gt: ['$last_error', ''] }] }),
            dead: count({ $eq: ['$status', 'dead'] }),
            dueAt: { $min: { $cond: [isDated, '$next_attempt_at', NEVER] } },
          },
        },
      ],
      context,
    );
    const counted = found as unknown as readonly (Omit<QueueStatistics, 'kind'> & {
      readonly _id: unknown;
      readonly dueAt: Date;
    })[];
    return counted.map(({ _id, waiting, failing, dead, dueAt }): QueueStatistics => ({
      kind: toText(_id),
      isHandled: handled.some((kind) => kind === _id),
      waiting,
      failing,
      dead,
      oldestMilliseconds: Math.max(0, now.getTime() - toDate(dueAt).getTime()),
    }));
  }

  async #insert(
    rows: readonly NewQueueRow[],
    next: Map<string, number>,
    context: OperationContext,
  ): Promise<readonly string[]> {
    const now = this.#clock.now();
    const documents = rows.map((row) => {
      const { key } = row;
      if (key === undefined) {
        return toDocument(row, undefined, now);
      }
      const sequence = next.get(key) ?? 0;
      next.set(key, sequence + 1);
      return toDocument(row, sequence, now);
    });
    const stored = await this.rows.insertMany(documents, context);
    return stored.map(({ _id }) => _id.toHexString());
  }
}
