import type { OperationContext } from '@org/core';
import {
  ApplicationRepository,
  parseObjectId,
  type FindOptions,
  type NewDocument,
  type StoredDocument,
} from '@org/core/store';
import {
  MongoServerError,
  MongoWriteConcernError,
  type Document,
  type Filter,
  type Sort,
  type UpdateFilter,
} from 'mongodb';

/** A row that a transaction has changed blocks its claim for no longer than this. */
const CLAIM_TIME_LIMIT_MILLISECONDS = 250;
const MAX_TIME_MS_EXPIRED = 50;
const BAD_VALUE = 2;

/** Which rows a worker has room for. */
export interface WantedRows {
  /** Kinds of which any row will do. */
  readonly kinds: readonly string[];
  /** Kinds that have only slots left for urgent rows. */
  readonly urgentKinds: readonly string[];
}

export interface Lease {
  readonly workerId: string;
  readonly now: Date;
  readonly leaseMilliseconds: number;
}

export interface RowPage<Row> {
  readonly rows: readonly Row[];
  /** For the next page; `null` on the last. */
  readonly nextCursor: string | null;
}

/** Reports new rows until it is closed or breaks. */
export interface RowWatch {
  close(): Promise<void>;
}

export interface RowWatchListener {
  /** This process, or another one, stored a row. */
  onInsert(): void;
  /** It has begun. Rows that were stored before, after the last look at them, are not reported. */
  onOpen(): void;
  /** The watch ended, with or without an error, and may miss rows from now on. */
  onBreak(error?: unknown): void;
}

/**
 * A collection whose rows are leased to workers. Each step is one atomic change of one row, fenced
 * by its lease. What a lease looks like is up to the subclass: documents of earlier programs have
 * their own fields.
 */
export abstract class LeasedRepository<
  Row extends StoredDocument,
> extends ApplicationRepository<Row> {
  /** In which order rows are claimed. */
  protected abstract readonly claimOrder: Sort;

  /** Keys of the index that finds them: in a short queue, MongoDB may prefer a worse one. */
  protected abstract readonly claimIndex: Document;

  /** The kind of a row. */
  abstract kindOf(row: Row): string;

  /** Whether a row may use a slot that is kept for urgent ones. */
  abstract isUrgent(row: Row): boolean;

  /** Matches rows that are due and free, or whose lease has expired. */
  protected abstract claimable(
    wanted: WantedRows,
    lease: Pick<Lease, 'now' | 'leaseMilliseconds'>,
  ): Filter<Row>;

  /** Gives the row to the worker, or renews its lease. */
  protected abstract leaseTo(lease: Lease): UpdateFilter<Row>;

  protected abstract renewal(lease: Omit<Lease, 'workerId'>): UpdateFilter<Row>;

  /** Gives the row back, as if it had not been claimed. */
  protected abstract release(now: Date): UpdateFilter<Row>;

  /** Matches the row while this lease is its latest. */
  protected abstract leased(row: Row): Filter<Row>;

  /** Also stores what caused the rows, for {@link LeasedRepository.trace}. */
  override async insertMany(
    rows: readonly NewDocument<Row>[],
    context: OperationContext,
  ): Promise<readonly Row[]> {
    const cause = this.#cause();
    const caused = cause === undefined ? rows : rows.map((row) => ({ ...row, ...cause }));
    return super.insertMany(caused, context);
  }

  /** Also stores what caused the row, if it is new. */
  override async upsertOne(
    filter: Filter<Row>,
    update: UpdateFilter<Row>,
    context: OperationContext,
  ): Promise<Row> {
    const cause = this.#cause();
    const $setOnInsert = { ...update.$setOnInsert, ...cause };
    const caused = cause === undefined ? update : { ...update, $setOnInsert };
    return super.upsertOne(filter, caused as UpdateFilter<Row>, context);
  }

  /** Works on a row, as a span of the trace in which it was stored. */
  async trace(row: Row, work: () => Promise<void>): Promise<void> {
    const { traceparent } = row as { readonly traceparent?: unknown };
    const { collectionName } = this.collection();
    const span = {
      name: `process ${collectionName}`,
      traceparent: typeof traceparent === 'string' ? traceparent : undefined,
      attributes: {
        'messaging.destination.name': collectionName,
        'messaging.operation.type': 'process',
        'queue.kind': this.kindOf(row),
      },
    };
    return this.database.tracing.run(span, work);
  }

  /** Versions without it ignore the field. */
  #cause(): { readonly traceparent: string } | undefined {
    const traceparent = this.database.tracing.currentTraceparent();
    return traceparent === undefined ? undefined : { traceparent };
  }

  /** Rows that may be claimed now, the first in line first. */
  async findClaimable(
    wanted: WantedRows,
    lease: Lease,
    limit: number,
    context: OperationContext,
  ): Promise<readonly Row[]> {
    const options = { sort: this.claimOrder, limit };
    const filter = this.claimable(wanted, lease);
    try {
      return await this.findUnrecorded(filter, context, { ...options, hint: this.claimIndex });
    } catch (error) {
      if (error instanceof MongoServerError && error.code === BAD_VALUE) {
        // The index is gone. Slow is better than not at all.
        return this.findUnrecorded(filter, context, options);
      }
      throw error;
    }
  }

  /** @returns the row as it was claimed; `undefined` if it was not to be had */
  async claim(row: Row, lease: Lease, context: OperationContext): Promise<Row | undefined> {
    const kind = this.kindOf(row);
    const wanted = { kinds: [kind], urgentKinds: [] };
    const filter = { ...this.claimable(wanted, lease), _id: row._id } as Filter<Row>;
    try {
      return await this.findOneAndUpdate(filter, this.leaseTo(lease), context, {
        maxTimeMS: CLAIM_TIME_LIMIT_MILLISECONDS,
      });
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      if (cause instanceof MongoWriteConcernError) {
        return this.#confirm(cause.result['value'] as Row | null | undefined, lease, context);
      }
      if (cause instanceof MongoServerError && cause.code === MAX_TIME_MS_EXPIRED) {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * A claim that is stored, but that no majority has confirmed in time, may still be rolled back, and
   * the row be given to another worker. A renewal that a majority confirms confirms the claim, too.
   */
  async #confirm(
    claimed: Row | null | undefined,
    lease: Lease,
    context: OperationContext,
  ): Promise<Row | undefined> {
    const isConfirmed = claimed != null && (await this.renew(claimed, lease, context));
    return isConfirmed ? claimed : undefined;
  }

  /** @returns whether the worker still has the row */
  async renew(
    row: Row,
    lease: Omit<Lease, 'workerId'>,
    context: OperationContext,
  ): Promise<boolean> {
    return this.changeLeased(row, this.renewal(lease), context);
  }

  async giveBack(row: Row, now: Date, context: OperationContext): Promise<void> {
    await this.changeLeased(row, this.release(now), context);
  }

  /**
   * Changes a row if the worker still has it.
   *
   * @returns whether it has
   */
  async changeLeased(
    row: Row,
    update: UpdateFilter<Row>,
    context: OperationContext,
  ): Promise<boolean> {
    return (await this.findOneAndUpdate(this.leased(row), update, context)) !== undefined;
  }

  /**
   * Rows, newest first.
   *
   * @param cursor `nextCursor` of the previous page
   * @returns `undefined` if the cursor is not one
   */
  async findNewest(
    filter: Filter<Row>,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
    context: OperationContext,
    options: Pick<FindOptions, 'projection'> = {},
  ): Promise<RowPage<Row> | undefined> {
    const last = cursor === undefined ? undefined : parseObjectId(cursor);
    if (cursor !== undefined && last === undefined) {
      return undefined;
    }
    // By type: another program's ids make no cursor.
    const older = { _id: last === undefined ? { $type: 'objectId' } : { $lt: last } } as const;
    // One more than requested shows whether there is a next page.
    const found = await this.find({ ...filter, ...older }, context, {
      ...options,
      sort: { _id: -1 },
      limit: limit + 1,
    });
    const rows = found.slice(0, limit);
    const lastId = String(rows.at(-1)?._id);
    return { rows, nextCursor: found.length > limit ? lastId : null };
  }

  /** Reports new rows without polling, but not those that become due later. */
  watch(listener: RowWatchListener): RowWatch {
    const stream = this.collection().watch(
      [{ $match: { operationType: 'insert' } }, { $project: { operationType: 1 } }],
      { batchSize: 100 },
    );
    stream.on('change', () => listener.onInsert());
    stream.once('resumeTokenChanged', () => listener.onOpen());
    let isOver = false;
    const end = (error?: unknown): void => {
      if (!isOver) {
        isOver = true;
        listener.onBreak(error);
      }
    };
    // Stays after the watch is closed: the driver may still fail while trying to resume.
    stream.on('error', end);
    // Without an error if the collection is dropped, or the driver is about to resume.
    stream.on('close', () => end());
    return {
      close: () => {
        isOver = true;
        return stream.close();
      },
    };
  }
}
