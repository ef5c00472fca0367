import type { AuditEvent, AuditTrail, Clock, OperationContext } from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import { AuditReader } from './internal/audit-reader.ts';
import { AuditWriter } from './internal/audit-writer.ts';
import { SourceCounter } from './internal/source-counter.ts';
import { AuditRecordRepository } from './internal/store/audit-record-repository.ts';
import type {
  AuditBufferStatistics,
  AuditPage,
  AuditRecord,
  AuditRecordsByActorParams,
  AuditRecordsByResourceParams,
  AuditRecordsByTimeParams,
  ExportRecordsByActorParams,
  PseudonymizeActorParams,
} from './types.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export interface AuditServiceDependencies {
  readonly database: Database;
  /** Default: that of the database. */
  readonly clock?: Clock;
  readonly settings?: AuditSettings;
}

export interface AuditSettings {
  /** Whether reads of personal data by their owner are recorded as well. Default: false. */
  readonly recordsOwnerReads?: boolean;
  /** How long records are kept. Default: 400 days. */
  readonly retentionMilliseconds?: number;
  /** How long events of one kind and source are counted before one record is made. Default: 1 minute. */
  readonly sourceWindowMilliseconds?: number;
  /** How many events of one kind and source are recorded one by one in such a window. Default: 5. */
  readonly recordedPerSourceWindow?: number;
  /** How many kinds and sources are watched at a time, so that memory is bounded. Default: 10,000. */
  readonly maximumWatchedSources?: number;
}

/** Who did what to what, with which outcome. */
export class AuditService implements AuditTrail {
  readonly recordsOwnerReads: boolean;
  readonly #clock: Clock;
  readonly #retentionMilliseconds: number;
  readonly #repository: AuditRecordRepository;
  readonly #reader: AuditReader;
  readonly #writer: AuditWriter;
  readonly #sources: SourceCounter;

  private constructor(dependencies: AuditServiceDependencies) {
    const { database, clock = database.clock, settings = {} } = dependencies;
    this.recordsOwnerReads = settings.recordsOwnerReads ?? false;
    this.#clock = clock;
    this.#retentionMilliseconds = settings.retentionMilliseconds ?? 400 * DAY;
    this.#repository = new AuditRecordRepository({ database, audit: this });
    this.#reader = new AuditReader(this.#repository);
    this.#writer = new AuditWriter({ clock, repository: this.#repository });
    this.#sources = new SourceCounter({
      clock,
      writer: this.#writer,
      settings: {
        windowMilliseconds: settings.sourceWindowMilliseconds ?? MINUTE,
        recordedPerWindow: settings.recordedPerSourceWindow ?? 5,
        maximumKeys: settings.maximumWatchedSources ?? 10_000,
      },
    });
  }

  static create(dependencies: AuditServiceDependencies): AuditService {
    return new AuditService(dependencies);
  }

  /** Creates this module's collection and indexes; call it before the first use. */
  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#repository.onInitCollection()];
  }

  /**
   * From now on, counted events are recorded when their window has ended, also when no further event
   * comes. Keeps no process alive; {@link close} ends it.
   */
  startFlushing(): void {
    this.#sources.startFlushing();
  }

  /**
   * Records what is counted in memory; call it before the database is closed. A process that is
   * killed loses what it counted, at most one window of it.
   *
   * @throws ServiceUnavailableError when it cannot be stored
   */
  async close(): Promise<void> {
    await this.#sources.close();
  }

  /**
   * Stores the events by one insert, in the transaction of the context when it carries one. Secrets
   * in their changes are redacted by the names of the fields.
   *
   * @throws ServiceUnavailableError when they cannot be stored
   */
  async record(events: readonly AuditEvent[], context: OperationContext): Promise<void> {
    await this.#writer.createRecords(events, context);
  }

  /**
   * Records an event that someone can cause at will, outside of any transaction. Of one action,
   * outcome and source, the first few in a window are recorded one by one; the others are counted in
   * memory and recorded as one when the window has ended.
   *
   * @throws ServiceUnavailableError when it cannot be stored
   */
  async recordFromSource(
    event: AuditEvent,
    source: string,
    context: OperationContext,
  ): Promise<void> {
    await this.#sources.record(event, source, context);
  }

  /** @throws AuditBadRequestError for a cursor, a limit or a time that is none */
  async findRecordsByResource(
    params: AuditRecordsByResourceParams,
    context: OperationContext,
  ): Promise<AuditPage> {
    return this.#reader.findRecordsByResource(params, context);
  }

  /** @throws AuditBadRequestError for a cursor, a limit or a time that is none */
  async findRecordsByActor(
    params: AuditRecordsByActorParams,
    context: OperationContext,
  ): Promise<AuditPage> {
    return this.#reader.findRecordsByActor(params, context);
  }

  /** @throws AuditBadRequestError for a cursor, a limit or a time that is none */
  async findRecordsByTime(
    params: AuditRecordsByTimeParams,
    context: OperationContext,
  ): Promise<AuditPage> {
    return this.#reader.findRecordsByTime(params, context);
  }

  /** Everything recorded of what an account did, newest first, for its owner. */
  async exportRecordsByActor(
    params: ExportRecordsByActorParams,
    context: OperationContext,
  ): Promise<readonly AuditRecord[]> {
    return this.#reader.getRecordsByAccount(params, context);
  }

  /**
   * Deletes the records that are older than they are kept.
   *
   * @returns how many
   */
  async deleteExpiredRecords(context: OperationContext): Promise<number> {
    const time = new Date(this.#clock.now().getTime() - this.#retentionMilliseconds);
    return this.#writer.deleteRecordsBefore(time, context);
  }

  /**
   * Makes an account that was erased unknown to the audit log: a random id takes the place of its id
   * as an actor, and what the records of its resources say of their fields is erased. Ids of
   * resources stay; they lead nowhere once the account is gone. Joins the context's transaction.
   */
  async pseudonymizeActor(
    params: PseudonymizeActorParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#writer.pseudonymizeActor(params, context);
  }

  /** How much is counted in memory, for metrics. */
  getBufferStatistics(): AuditBufferStatistics {
    return this.#sources.getStatistics();
  }
}
