import { MongoClient, type ClientSession, type Collection, type Db, type Document } from 'mongodb';

import type { Clock } from '../clock.ts';
import type { OperationContext } from '../operation-context.ts';
import { noTracing, type Tracing } from '../tracing.ts';
import type { TransactionRunner } from '../transaction-runner.ts';
import { DatabaseClock } from './database-clock.ts';
import { databaseNameOf } from './database-name.ts';
import type { StoreItems } from './deferred-items.ts';
import {
  assertTransactionsWork,
  translateDriverError,
  type MalformedDocumentError,
} from './errors.ts';
import { OpenTransaction } from './open-transaction.ts';
import { TransactionAttempts, watchWritability } from './transaction-attempts.ts';

const CLOCK_INTERVAL_MILLISECONDS = 60_000;
/** Long enough to build an index; the HTTP server limits how long a request may take. */
const COMMAND_TIMEOUT_MILLISECONDS = 60_000;
/**
 * A server that the driver has taken for lost, as after a time-out while connecting, is not used
 * before its next answer, however well it is. One that says nothing is given up after two seconds more.
 */
const HEARTBEAT_INTERVAL_MILLISECONDS = 2_000;

export interface DatabaseOptions {
  /** MongoDB connection string. Transactions need a replica set or a sharded cluster. */
  readonly uri: string;
  /** Default: the database named in `uri`, else `org`. */
  readonly databaseName?: string;
  /**
   * Time that is stored and compared with stored times. Default: MongoDB's own, measured when the
   * connection opens, once a minute, and when the machine's clock was set.
   */
  readonly clock?: Clock;
  /** Called once when the machine's clock is more than 5 s off MongoDB's. Default: no callback. */
  readonly onClockSkew?: (offsetMilliseconds: number) => void;
  /**
   * Called for every malformed document that a read skipped; the error names its collection and
   * id, not what it contains. Default: no callback.
   */
  readonly onMalformedDocument?: (error: MalformedDocumentError) => void;
  /** How long an operation waits for a usable server before it fails. Default: 2,000 ms. */
  readonly serverSelectionTimeoutMilliseconds?: number;
  /** Maximum number of connections. Default: 50. */
  readonly maximumConnections?: number;
  /** Emits the driver's command events, for traces and for tests. Default: false. */
  readonly monitorCommands?: boolean;
  /** For repositories whose rows another process works on. Default: nothing is traced. */
  readonly tracing?: Tracing | undefined;
}

/** A connection to one MongoDB database, and the transactions on it. */
export class Database implements TransactionRunner {
  readonly client: MongoClient;
  readonly clock: Clock;
  readonly tracing: Tracing;
  readonly #database: Db;
  readonly #malformedDocuments = new Map<string, number>();
  readonly #onMalformedDocument: DatabaseOptions['onMalformedDocument'];
  /** Undefined if the caller provides its own clock. */
  readonly #databaseClock: DatabaseClock | undefined;
  readonly #isWritable: () => boolean;
  /** Does nothing before the connection is open. */
  #measureTime: () => void = () => undefined;
  #clockTimer: NodeJS.Timeout | undefined;

  private constructor(client: MongoClient, name: string, options: DatabaseOptions) {
    this.client = client;
    this.#databaseClock =
      options.clock === undefined
        ? new DatabaseClock({ onSkew: options.onClockSkew, onStep: () => this.#measureTime() })
        : undefined;
    this.clock = options.clock ?? (this.#databaseClock as DatabaseClock);
    this.tracing = options.tracing ?? noTracing;
    this.#isWritable = watchWritability(client);
    this.#database = client.db(name);
    this.#onMalformedDocument = options.onMalformedDocument;
  }

  /**
   * Creates the client without connecting: for a program that listens before MongoDB answers.
   *
   * @throws RangeError if the database cannot be called so
   */
  static create(options: DatabaseOptions): Database {
    const { uri, serverSelectionTimeoutMilliseconds: timeout = 2_000 } = options;
    const client = new MongoClient(uri, {
      serverSelectionTimeoutMS: timeout,
      connectTimeoutMS: timeout,
      heartbeatFrequencyMS: HEARTBEAT_INTERVAL_MILLISECONDS,
      socketTimeoutMS: COMMAND_TIMEOUT_MILLISECONDS,
      waitQueueTimeoutMS: timeout,
      maxPoolSize: options.maximumConnections ?? 50,
      monitorCommands: options.monitorCommands ?? false,
      writeConcern: { w: 'majority' },
      readPreference: 'primary',
    });
    return new Database(client, databaseNameOf(uri, options.databaseName), options);
  }

  /** Creates the client and opens it. Throws what {@link open} throws, after closing it. */
  static async connect(options: DatabaseOptions): Promise<Database> {
    const database = Database.create(options);
    try {
      await database.open();
    } catch (error) {
      await database.close();
      throw error;
    }
    return database;
  }

  /**
   * Connects, and resolves once a server is writable. May be retried.
   *
   * @throws ServiceUnavailableError if none is within the server selection timeout
   * @throws StandaloneServerError if the server does not support transactions
   */
  async open(): Promise<void> {
    await this.run(async () => {
      await this.client.connect();
      const ask = () => this.client.db('admin').command({ hello: 1 });
      assertTransactionsWork((await this.#databaseClock?.measure(ask)) ?? (await ask()));
      this.#keepTime(ask);
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#clockTimer);
    await this.client.close();
  }

  /** @throws ServiceUnavailableError if there is no answer in time. Default: 1,500 ms. */
  async ping(timeoutMilliseconds = 1_500): Promise<void> {
    // The driver ignores its timeoutMS option, but not a signal.
    const signal = AbortSignal.timeout(timeoutMilliseconds);
    await this.run(() => this.#database.command({ ping: 1 }, { signal }));
  }

  /** How far {@link clock} is ahead of the machine's, in milliseconds; 0 with a caller's own. */
  get clockOffsetMilliseconds(): number {
    return this.#databaseClock?.offsetMilliseconds ?? 0;
  }

  /** How many malformed documents reads have skipped, by collection. */
  get malformedDocuments(): ReadonlyMap<string, number> {
    return this.#malformedDocuments;
  }

  /** Counts a malformed document that a read skipped. */
  reportMalformedDocument(error: MalformedDocumentError): void {
    const { collectionName } = error;
    const earlier = this.#malformedDocuments.get(collectionName) ?? 0;
    this.#malformedDocuments.set(collectionName, earlier + 1);
    this.#onMalformedDocument?.(error);
  }

  /** The driver's own collection; for repositories, which add what every document needs. */
  collection<Stored extends Document>(name: string): Collection<Stored> {
    return this.#database.collection<Stored>(name);
  }

  /** The driver's own database; for creating collections. */
  get driver(): Db {
    return this.#database;
  }

  async withTransaction<Result>(
    context: OperationContext,
    work: (context: OperationContext) => Promise<Result>,
  ): Promise<Result> {
    const open = OpenTransaction.of(context);
    if (open !== undefined) {
      return open.runPart(context, work);
    }
    const attempts = new TransactionAttempts({
      clock: this.clock,
      serverPatienceMilliseconds: this.client.options.serverSelectionTimeoutMS,
      isWritable: this.#isWritable,
    });
    try {
      const done = this.client.withSession((session) =>
        session.withTransaction(
          async () => {
            attempts.begin();
            try {
              return await new OpenTransaction(session).runWhole(context, work);
            } catch (error) {
              attempts.fail(error);
              throw error;
            }
          },
          { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' } },
        ),
      );
      return await Promise.race([done, attempts.givenUp]);
    } catch (error) {
      throw translateDriverError(error);
    }
  }

  /**
   * Stores items right before the context's transaction commits, in one call with all others of the
   * same `store`; at once if there is no transaction.
   */
  async storeBeforeCommit<Item>(
    items: readonly Item[],
    store: StoreItems<Item>,
    context: OperationContext,
  ): Promise<void> {
    const open = OpenTransaction.of(context);
    if (open === undefined) {
      await store(items, context);
    } else {
      open.defer(items, store);
    }
  }

  /**
   * Runs a driver call with the session of the context's transaction, one after another in each: an
   * operation that calls this again for the same transaction would wait for itself. Inside one, the
   * driver's transient errors are not translated: its retry depends on them.
   */
  async runIn<Result>(
    context: OperationContext,
    operation: (session: { session?: ClientSession }) => Promise<Result>,
  ): Promise<Result> {
    const open = OpenTransaction.of(context);
    return open === undefined ? this.run(() => operation({})) : open.runCommand(operation);
  }

  /** Runs independently of requests. Without an answer, the last measurement is kept. */
  #keepTime(ask: () => Promise<Document>): void {
    const clock = this.#databaseClock;
    if (clock !== undefined) {
      this.#measureTime = () => void clock.measure(ask).catch(() => undefined);
      clearInterval(this.#clockTimer);
      this.#clockTimer = setInterval(this.#measureTime, CLOCK_INTERVAL_MILLISECONDS).unref();
    }
  }

  async run<Result>(operation: () => Promise<Result>): Promise<Result> {
    try {
      return await operation();
    } catch (error) {
      throw translateDriverError(error);
    }
  }
}
