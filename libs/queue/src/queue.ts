import { randomUUID } from 'node:crypto';

import { OperationContext, type AuditTrail, type Clock, type Erasure } from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import { InvalidQueueHandlerError, QueueRowNotFoundError } from './errors.ts';
import { QueueWorker } from './queue-worker.ts';
import { RowHandling, type CompleteHandler } from './row-handling.ts';
import type { QueueRowDocument } from './store/queue-row-repository.ts';
import { QueueRowStore } from './store/queue-row-store.ts';
import type {
  ListQueueRowsParams,
  NewQueueRow,
  QueueErrorListener,
  QueueHandler,
  QueueRow,
  QueueRowPage,
  QueueSettings,
  QueueStatistics,
} from './types.ts';

const drainContext = OperationContext.anonymous('drain');
const TRANSACTION_TIME_LIMIT_MILLISECONDS = 10_000;
const DAY = 24 * 60 * 60_000;

const DEFAULTS = {
  leaseMilliseconds: 30_000,
  pollIntervalMilliseconds: 1_000,
  stopGraceMilliseconds: 5_000,
  maximumConcurrency: 20,
  deadRetentionMilliseconds: 90 * DAY,
} satisfies Required<QueueSettings>;

const HANDLER_DEFAULTS = {
  concurrency: 5,
  reservedConcurrency: 0,
  maximumAttempts: 20,
  retryDelayMilliseconds: 5_000,
  maximumRetryDelayMilliseconds: 60 * 60_000,
  timeLimitMilliseconds: 60_000,
};

export interface QueueDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
  /** Name of the collection; `<name>_sequences` belongs to it, too. */
  readonly collectionName: string;
  /** Default: the database's clock. */
  readonly clock?: Clock;
  readonly settings?: QueueSettings;
  /** For the log. Default: errors are ignored. */
  readonly onError?: QueueErrorListener;
}

/**
 * Work that is stored in the caller's transaction and done later, in this process or another.
 *
 * @example
 * const queue = Queue.create({ database, audit, collectionName: 'billing_queue' });
 * queue.handle<{ invoiceId: string }>({
 *   kind: 'invoice.send',
 *   handle: ({ invoiceId }, { rowId }) => mailer.send(invoiceId, { idempotencyKey: rowId }),
 * });
 * await queue.initialize();
 * await queue.add({ kind: 'invoice.send', payload: { invoiceId } }, transaction);
 * queue.start(); // in a worker
 */
export class Queue {
  readonly #collectionName: string;
  readonly #database: Database;
  readonly #audit: AuditTrail;
  readonly #clock: Clock;
  readonly #settings: Required<QueueSettings>;
  readonly #onError: QueueErrorListener;
  readonly #store: QueueRowStore;
  readonly #handlers = new Map<string, CompleteHandler>();
  #worker: QueueWorker<QueueRowDocument> | undefined;

  private constructor(dependencies: QueueDependencies) {
    const { database, audit, collectionName, clock = database.clock } = dependencies;
    this.#collectionName = collectionName;
    this.#database = database;
    this.#audit = audit;
    this.#clock = clock;
    this.#settings = { ...DEFAULTS, ...dependencies.settings };
    this.#onError = dependencies.onError ?? (() => undefined);
    this.#store = new QueueRowStore(collectionName, { database, audit }, clock);
  }

  static create(dependencies: QueueDependencies): Queue {
    return new Queue(dependencies);
  }

  /** Creates the collections and indexes; call it before the first use. */
  async initialize(): Promise<readonly CollectionReport[]> {
    return this.#store.initialize();
  }

  /**
   * Registers the handler of a kind. Only a process that works on the queue needs it. The type of
   * the payload is the caller's word: it is not checked.
   *
   * @throws InvalidQueueHandlerError if the kind has a handler, or the worker is already running
   */
  handle<Payload extends object = object>(handler: QueueHandler<Payload>): void {
    const { kind, during } = handler;
    if (this.#handlers.has(kind)) {
      throw new InvalidQueueHandlerError(kind, 'it has a handler');
    }
    if (this.#worker !== undefined) {
      throw new InvalidQueueHandlerError(kind, 'the worker runs already');
    }
    const complete = { ...HANDLER_DEFAULTS, ...withoutUndefined(handler) } as CompleteHandler;
    const { timeLimitMilliseconds } = complete;
    this.#handlers.set(kind, {
      ...complete,
      // Makes one that throws before its first await fail like one that throws after it.
      handle: async (payload, run) => handler.handle(payload as Payload, run),
      timeLimitMilliseconds:
        during === 'transaction'
          ? Math.min(timeLimitMilliseconds, TRANSACTION_TIME_LIMIT_MILLISECONDS)
          : timeLimitMilliseconds,
    });
  }

  /**
   * Stores a row in the context's transaction: it exists if that commits.
   *
   * @returns its id
   */
  async add(row: NewQueueRow, context: OperationContext): Promise<string> {
    const [id] = await this.addMany([row], context);
    return id ?? '';
  }

  /**
   * Stores rows: one round trip, and one more for each key.
   *
   * @returns their ids
   */
  async addMany(
    rows: readonly NewQueueRow[],
    context: OperationContext,
  ): Promise<readonly string[]> {
    return rows.length === 0 ? [] : this.#store.addRows(rows, context);
  }

  /** Starts working on rows in this process. Does nothing if already started. */
  start(): void {
    if (this.#worker === undefined) {
      this.#worker = this.#createWorker();
      this.#worker.start();
    }
  }

  /**
   * Takes no more rows, waits a while for those being worked on, and gives back the rest. Call it
   * before closing the database.
   */
  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.stop();
  }

  /**
   * Works on what is due now, and on what that adds, and returns: for tests and command lines. Rows
   * to be retried later are left alone.
   *
   * @returns the number of attempts
   */
  async drain(): Promise<number> {
    await this.#store.buryExpiredRows(this.#purgeTime(), drainContext);
    return this.#createWorker().drain();
  }

  /**
   * Dead rows, newest first.
   *
   * @throws QueueBadRequestError if the cursor is invalid
   */
  async listDeadRows(
    params: ListQueueRowsParams,
    context: OperationContext,
  ): Promise<QueueRowPage> {
    return this.#store.findRows('dead', params, context);
  }

  /**
   * Waiting rows, newest first: due, to be retried, or leased.
   *
   * @throws QueueBadRequestError if the cursor is invalid
   */
  async listWaitingRows(
    params: ListQueueRowsParams,
    context: OperationContext,
  ): Promise<QueueRowPage> {
    return this.#store.findRows('queued', params, context);
  }

  /**
   * Waiting rows of kinds that have no handler in this process, newest first.
   *
   * @throws QueueBadRequestError if the cursor is invalid
   */
  async listUnhandledRows(
    page: Omit<ListQueueRowsParams, 'kind'>,
    context: OperationContext,
  ): Promise<QueueRowPage> {
    const kind = { $nin: [...this.#handlers.keys()] };
    return this.#store.findRows('queued', { ...page, kind }, context);
  }

  /**
   * Queues a dead row again, with all its attempts. Recorded as an update.
   *
   * @throws QueueRowNotFoundError if no dead row has this id
   */
  async replayDeadRow(
    { rowId }: { readonly rowId: string },
    context: OperationContext,
  ): Promise<void> {
    await this.#database.withTransaction(context, async (transaction) => {
      if (!(await this.#store.requeueDeadRow(rowId, transaction))) {
        throw new QueueRowNotFoundError(rowId);
      }
      const changes = { status: { old: 'dead', new: 'queued' } };
      const replay = { resourceId: rowId, action: 'update', changes } as const;
      await this.#audit.record([{ resourceType: this.#collectionName, ...replay }], transaction);
    });
  }

  /** Removes every row with personal data of an account, done or not. */
  async eraseRowsByAccountId(
    accountId: string,
    erasure: Erasure,
    context: OperationContext,
  ): Promise<void> {
    await this.#store.rows.eraseOwned(accountId, erasure, context);
  }

  /** Every row with personal data of an account, page by page. */
  async *exportRowsByAccountId(
    accountId: string,
    context: OperationContext,
  ): AsyncGenerator<readonly QueueRow[], void, undefined> {
    yield* this.#store.findRowsByAccountId(accountId, context);
  }

  /** Counts by kind, including kinds that have no handler here. */
  async getStatistics(context: OperationContext): Promise<readonly QueueStatistics[]> {
    return this.#store.countByKind([...this.#handlers.keys()], context);
  }

  #purgeTime(): Date {
    return new Date(this.#clock.now().getTime() + this.#settings.deadRetentionMilliseconds);
  }

  #createWorker(): QueueWorker<QueueRowDocument> {
    const handlers = this.#handlers;
    const { deadRetentionMilliseconds } = this.#settings;
    const [clock, onError, store] = [this.#clock, this.#onError, this.#store];
    const handling = new RowHandling({
      store,
      database: this.#database,
      clock,
      deadRetentionMilliseconds,
      onError,
    });
    return new QueueWorker({
      ...this.#settings,
      repository: store.rows,
      kinds: [...handlers.values()].map(({ kind: name, during, ...kind }) => ({
        ...kind,
        name,
        isRenewed: during === undefined,
      })),
      handle: async (row, signal) => {
        const handler = handlers.get(row.kind);
        if (handler !== undefined) {
          await handling.handle(handler, row, signal);
        }
      },
      workerId: randomUUID(),
      clock,
      onPoll: (context) => store.buryExpiredRows(this.#purgeTime(), context),
      onError,
    });
  }
}

function withoutUndefined(handler: QueueHandler): Partial<QueueHandler> {
  return Object.fromEntries(Object.entries(handler).filter(([, value]) => value !== undefined));
}
