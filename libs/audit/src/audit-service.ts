import type { AuditEvent, AuditTrail, Clock, OperationContext } from '@org/core';
import type { CollectionReport, Database } from '@org/core/store';

import { AuditErasureWriter } from './internal/audit-erasure-writer.ts';
import * as given from './internal/audit-parameters-policy.ts';
import { AuditReader, type AuditScope } from './internal/audit-reader.ts';
import { AuditWriter } from './internal/audit-writer.ts';
import { SourceCounter } from './internal/source-counter.ts';
import type {
  AuditBufferStatistics,
  AuditEventKind,
  AuditPage,
  AuditRecord,
  AuditRecordsByActorParams,
  AuditRecordsByResourceParams,
  AuditRecordsBySubjectParams,
  AuditRecordsByTimeParams,
  AuditSettings,
  EraseChangesParams,
  EraseOfAbandonedErasureParams,
  ExportRecordsByActorParams,
  ForgetSubjectParams,
  PseudonymizeActorParams,
} from './types.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const DEFAULTS: Required<AuditSettings> = {
  recordsOwnerReads: false,
  retentionMilliseconds: 400 * DAY,
  sourceWindowMilliseconds: MINUTE,
  recordedPerSourceWindow: 5,
  maximumWatchedSources: 10_000,
};

export interface AuditServiceDependencies {
  readonly database: Database;
  /** Default: the database's clock. */
  readonly clock?: Clock;
  readonly settings?: AuditSettings;
}

/** Records who did what to which resource, and how it ended. */
export class AuditService implements AuditTrail {
  readonly recordsOwnerReads: boolean;
  readonly #clock: Clock;
  readonly #retentionMilliseconds: number;
  readonly #reader: AuditReader;
  readonly #writer: AuditWriter;
  readonly #erasureWriter: AuditErasureWriter;
  readonly #sources: SourceCounter;
  /** By resource type and action. */
  readonly #eventCounts = new Map<string, number>();

  private constructor(dependencies: AuditServiceDependencies) {
    const { database, clock = database.clock } = dependencies;
    const settings = { ...DEFAULTS, ...dependencies.settings };
    this.recordsOwnerReads = settings.recordsOwnerReads;
    this.#clock = clock;
    this.#retentionMilliseconds = settings.retentionMilliseconds;
    this.#reader = new AuditReader({ database, audit: this });
    this.#writer = new AuditWriter({ database, audit: this }, clock);
    this.#erasureWriter = new AuditErasureWriter({ database, audit: this });
    this.#sources = new SourceCounter(this.#writer, clock, settings);
  }

  static create(dependencies: AuditServiceDependencies): AuditService {
    return new AuditService(dependencies);
  }

  /** Creates this module's collection and indexes; call it before the first use. */
  async initialize(): Promise<readonly CollectionReport[]> {
    return [await this.#writer.initialize()];
  }

  /**
   * Starts recording counted events when their window ends, even if no further event comes. Does
   * not keep the process alive; {@link close} stops it.
   */
  startFlushing(): void {
    this.#sources.startFlushing();
  }

  /**
   * Records the events counted in memory; call it before closing the database. A killed process
   * loses its counts, at most one window's worth.
   *
   * @throws ServiceUnavailableError if it cannot be stored
   */
  async close(): Promise<void> {
    await this.#sources.close();
  }

  /**
   * Stores the events in one insert, in the context's transaction if there is one. Secrets in their
   * changes are redacted by field name.
   *
   * @throws ServiceUnavailableError if they cannot be stored
   */
  async record(events: readonly AuditEvent[], context: OperationContext): Promise<void> {
    given.checkEvents({ events });
    events.forEach((event) => this.#count(event));
    await this.#writer.createRecords(events, context);
  }

  /**
   * Records an event that anyone can cause at will, outside of any transaction. For each action,
   * outcome and source (an IPv6 one by its /64), the first few events in a window are recorded
   * individually; the others are counted in memory, by subject too, and recorded as one when the
   * window ends.
   *
   * @throws ServiceUnavailableError if it cannot be stored
   */
  async recordFromSource(
    event: AuditEvent,
    source: string,
    context: OperationContext,
  ): Promise<void> {
    given.checkSourceEvent({ event, source });
    this.#count(event);
    await this.#sources.record(event, source, context);
  }

  /** @throws AuditBadRequestError if the cursor, the limit or a time is invalid */
  async findRecordsByResource(
    params: AuditRecordsByResourceParams,
    context: OperationContext,
  ): Promise<AuditPage> {
    const { resourceType, resourceId, ...page } = given.checkResourcePage(params);
    return this.#reader.findPage([{ resourceType, resourceId }], page, context);
  }

  /** @throws AuditBadRequestError if the cursor, the limit or a time is invalid */
  async findRecordsByActor(
    params: AuditRecordsByActorParams,
    context: OperationContext,
  ): Promise<AuditPage> {
    const { actorType, actorId, ...page } = given.checkActorPage(params);
    return this.#reader.findPage([{ actorType, actorId }], page, context);
  }

  /** @throws AuditBadRequestError if the cursor, the limit or a time is invalid */
  async findRecordsByTime(
    params: AuditRecordsByTimeParams,
    context: OperationContext,
  ): Promise<AuditPage> {
    return this.#reader.findPage([{}], given.checkTimePage(params), context);
  }

  /**
   * Records of a submitted name or number, together with those of a resource.
   *
   * @throws AuditBadRequestError if the cursor, the limit or a time is invalid
   */
  async findRecordsBySubject(
    params: AuditRecordsBySubjectParams,
    context: OperationContext,
  ): Promise<AuditPage> {
    const { subjectDigest, resource, ...page } = given.checkSubjectPage(params);
    const scopes: AuditScope[] = [{ subjectDigest }];
    if (resource !== undefined) {
      const { resourceType, resourceId } = resource;
      scopes.push({ resourceType, resourceId });
    }
    return this.#reader.findPage(scopes, page, context);
  }

  /** All records of an account's actions, newest first, page by page, for its owner. */
  exportRecordsByActor(
    params: ExportRecordsByActorParams,
    context: OperationContext,
  ): AsyncIterable<readonly AuditRecord[]> {
    return this.#reader.findRecordsOfAccount(given.checkActorId(params), context);
  }

  /** Deletes records past their retention; returns how many. */
  async deleteExpiredRecords(context: OperationContext): Promise<number> {
    const time = new Date(this.#clock.now().getTime() - this.#retentionMilliseconds);
    return this.#writer.deleteRecordsBefore(time, context);
  }

  /** Blanks the field values in these resources' records. May be called again if interrupted. */
  async eraseChanges(params: EraseChangesParams, context: OperationContext): Promise<void> {
    const { resources, signal } = given.checkResources(params);
    await this.#erasureWriter.eraseChanges(resources, signal, context);
  }

  /**
   * Makes an account anonymous in the audit log: first blanks the field values in the records of
   * the resources that it changed, then replaces its id as an actor with a pseudonym. Resource ids
   * stay; they lead nowhere once the account is gone. Works in bounded steps; call it again to
   * continue after an interruption.
   */
  async pseudonymizeActor(
    params: PseudonymizeActorParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#erasureWriter.pseudonymizeActor(given.checkPseudonymization(params), context);
  }

  /**
   * For an account whose erasure an earlier version abandoned after inserting a pseudonym: blanks
   * what can still be found through the account's records.
   */
  async eraseOfAbandonedErasure(
    params: EraseOfAbandonedErasureParams,
    context: OperationContext,
  ): Promise<void> {
    await this.#erasureWriter.eraseOfAbandonedErasure(given.checkAbandonedErasure(params), context);
  }

  /**
   * Removes the digest of a name or number from a period's records, such as the time in which an
   * erased account had it. Works in steps, outside of any transaction; may be called again if
   * interrupted. What another process counts in memory is recorded with it up to two windows later:
   * then call it again.
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

  /**
   * How many events of this kind were given to this process since its start, for metrics; those of a
   * transaction that is run again count again.
   */
  getEventCount(params: AuditEventKind): number {
    return this.#eventCounts.get(keyOf(given.checkEventKind(params))) ?? 0;
  }

  #count(event: AuditEventKind): void {
    const key = keyOf(event);
    this.#eventCounts.set(key, (this.#eventCounts.get(key) ?? 0) + 1);
  }
}

function keyOf({ resourceType, action }: AuditEventKind): string {
  return `${resourceType} ${action}`;
}
