import type { AuditEvent, AuditTrail, Clock, OperationContext } from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import { AuditErasureWriter } from './internal/audit-erasure-writer.ts';
import * as given from './internal/audit-parameters-policy.ts';
import { AuditReader } from './internal/audit-reader.ts';
import { AuditWriter } from './internal/audit-writer.ts';
import { SourceCounter } from './internal/source-counter.ts';
import type {
  AuditBufferStatistics,
  AuditPage,
  AuditRecord,
  AuditRecordsByActorParams,
  AuditRecordsByResourceParams,
  AuditRecordsBySubjectParams,
  AuditRecordsByTimeParams,
  EraseChangesParams,
  EraseOfAbandonedErasureParams,
  ExportRecordsByActorParams,
  ForgetSubjectParams,
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
  readonly #reader: AuditReader;
  readonly #writer: AuditWriter;
  readonly #erasureWriter: AuditErasureWriter;
  readonly #sources: SourceCounter;

  private constructor(dependencies: AuditServiceDependencies) {
    const { database, clock = database.clock, settings = {} } = dependencies;
    this.recordsOwnerReads = settings.recordsOwnerReads ?? false;
    this.#clock = clock;
    this.#retentionMilliseconds = settings.retentionMilliseconds ?? 400 * DAY;
    this.#reader = new AuditReader({ database, audit: this });
    this.#writer = new AuditWriter({ database, audit: this }, clock);
    this.#erasureWriter = new AuditErasureWriter({ database, audit: this });
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
    return [await this.#writer.initialize()];
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
   * @throws ServiceUnavailableError if it cannot be stored
   */
  async close(): Promise<void> {
    await this.#sources.close();
  }

  /**
   * Stores the events by one insert, in the transaction of the context when it carries one. Secrets
   * in their changes are redacted by the names of the fields.
   *
   * @throws ServiceUnavailableError if they cannot be stored
   */
  async record(events: readonly AuditEvent[], context: OperationContext): Promise<void> {
    given.checkEvents({ events });
    await this.#writer.createRecords(events, context);
  }

  /**
   * Records an event that someone can cause at will, outside of any transaction. Of one action,
   * outcome and source (an IPv6 one by its /64), the first few in a window are recorded one by one; the
   * others are counted in memory, by subject too, and recorded as one when the window has ended.
   *
   * @throws ServiceUnavailableError if it cannot be stored
   */
  async recordFromSource(
    event: AuditEvent,
    source: string,
    context: OperationContext,
  ): Promise<void> {
    given.checkSourceEvent({ event, source });
    await this.#sources.record(event, source, context);
  }

  /** @throws AuditBadRequestError if the cursor, the limit or a time is invalid */
  async findRecordsByResource(
    params: AuditRecordsByResourceParams,
    context: OperationContext,
  ): Promise<AuditPage> {
    return this.#reader.findRecordsByResource(given.checkResourcePage(params), context);
  }

  /** @throws AuditBadRequestError if the cursor, the limit or a time is invalid */
  async findRecordsByActor(
    params: AuditRecordsByActorParams,
    context: OperationContext,
  ): Promise<AuditPage> {
    return this.#reader.findRecordsByActor(given.checkActorPage(params), context);
  }

  /** @throws AuditBadRequestError if the cursor, the limit or a time is invalid */
  async findRecordsByTime(
    params: AuditRecordsByTimeParams,
    context: OperationContext,
  ): Promise<AuditPage> {
    return this.#reader.findRecordsByTime(given.checkTimePage(params), context);
  }

  /**
   * Records of a submitted name or number, and beside them those of a resource.
   *
   * @throws AuditBadRequestError if the cursor, the limit or a time is invalid
   */
  async findRecordsBySubject(
    params: AuditRecordsBySubjectParams,
    context: OperationContext,
  ): Promise<AuditPage> {
    return this.#reader.findRecordsBySubject(given.checkSubjectPage(params), context);
  }

  /** Everything recorded of what an account did, newest first, page by page, for its owner. */
  exportRecordsByActor(
    params: ExportRecordsByActorParams,
    context: OperationContext,
  ): AsyncIterable<readonly AuditRecord[]> {
    return this.#reader.findRecordsOfAccount(given.checkActorId(params), context);
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
   * Blanks what the records of resources say of their fields, in bounded steps. May be called again
   * for one that was interrupted.
   */
  async eraseChanges(params: EraseChangesParams, context: OperationContext): Promise<void> {
    const { resources, signal } = given.checkResources(params);
    await this.#erasureWriter.eraseChanges(resources, signal, context);
  }

  /**
   * Makes an account unknown to the audit log: a pseudonym takes the place of its id as an actor, and
   * what the records of the resources that it changed say of their fields is blanked before. Ids of
   * resources stay; they lead nowhere once the account is gone. Works in bounded steps, and goes on
   * where it was interrupted when it is called again.
   */
  async pseudonymizeActor(
    params: PseudonymizeActorParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#erasureWriter.pseudonymizeActor(given.checkPseudonymization(params), context);
  }

  /**
   * For an account whose erasure an earlier version broke off after it had put a
   * pseudonym in its place: blanks what can still be found through the records of the account.
   */
  async eraseOfAbandonedErasure(
    params: EraseOfAbandonedErasureParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#erasureWriter.eraseOfAbandonedErasure(given.checkAbandonedErasure(params), context);
  }

  /**
   * Takes the digest of a name or number off the records of a time, such as that in which an account
   * that is erased had it. In steps, outside of any transaction; may be called again for one that was
   * interrupted. What another process counts in memory is recorded with it up to two windows later: then
   * call it again.
   */
  async forgetSubject(params: ForgetSubjectParams, context: OperationContext): Promise<void> {
    const subject = given.checkSubject(params);
    this.#sources.forgetSubject(subject);
    await this.#writer.forgetSubject(subject, context.withoutTransaction());
  }

  /** How much is counted in memory, for metrics. */
  getBufferStatistics(): AuditBufferStatistics {
    return this.#sources.getStatistics();
  }
}
