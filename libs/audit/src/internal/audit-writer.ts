import type { AuditEvent, Clock, OperationContext } from '@org/core';
import type { CollectionReport, Database, RepositoryDependencies } from '@org/core/store';

import type { ForgetSubjectParams } from '../types.ts';
import { toRecordContent } from './audit-util.ts';
import type { CountedEvents } from './counted-events-util.ts';
import { AuditRecordRepository } from './store/audit-record-repository.ts';

/** Few enough that one command changes them well within its time limit. */
const CHANGED_AT_ONCE = 1_000;

export class AuditWriter {
  readonly #clock: Clock;
  readonly #database: Database;
  readonly #repository: AuditRecordRepository;

  constructor(dependencies: RepositoryDependencies, clock: Clock) {
    this.#clock = clock;
    this.#database = dependencies.database;
    this.#repository = new AuditRecordRepository(dependencies, false);
  }

  async initialize(): Promise<CollectionReport> {
    return this.#repository.onInitCollection();
  }

  async createRecords(events: readonly AuditEvent[], context: OperationContext): Promise<void> {
    const timestamp = this.#clock.now();
    const records = events.map((event) => ({ ...toRecordContent(event, context), timestamp }));
    await this.#database.storeBeforeCommit(records, this.#insert, context);
  }

  /** One function for all transactions: each stores its records by one call of it. */
  readonly #insert: AuditRecordRepository['insertMany'] = (records, context) =>
    this.#repository.insertMany(records, context);

  async createRecordFromSource(
    event: AuditEvent,
    source: string,
    context: OperationContext,
  ): Promise<void> {
    const record = { ...toRecordContent(event, context), source, timestamp: this.#clock.now() };
    await this.#repository.insertOne(record, context);
  }

  async createCountedRecords(
    counted: readonly CountedEvents[],
    context: OperationContext,
  ): Promise<void> {
    const records = counted.map(({ event, context: cause, source, count, since, until }) => ({
      ...toRecordContent(event, cause),
      source,
      count,
      counted_since: since,
      timestamp: until,
    }));
    await this.#repository.insertMany(records, context);
  }

  async deleteRecordsBefore(time: Date, context: OperationContext): Promise<number> {
    let deleted = 0;
    for (;;) {
      const expired = await this.#repository.find({ timestamp: { $lt: time } }, context, {
        projection: { _id: 1 },
        sort: { timestamp: 1 },
        limit: CHANGED_AT_ONCE,
      });
      if (expired.length === 0) {
        return deleted;
      }
      const ids = expired.map(({ _id }) => _id);
      deleted += await this.#repository.deleteMany({ _id: { $in: ids } }, context);
    }
  }

  /** Each step leaves fewer to find, so it can be restarted from the beginning. */
  async forgetSubject(
    { subjectDigest, from, to }: ForgetSubjectParams,
    context: OperationContext,
  ): Promise<void> {
    // Counted events also belong to the time in which they began.
    const untilThen = [{ timestamp: { $lte: to } }, { counted_since: { $lte: to } }];
    const ofTime = [
      { timestamp: { $gte: from }, $or: untilThen },
      // Another program's, of any time.
      { timestamp: { $not: { $type: 'date' } } },
    ] as const;
    const filter = { subject_digest: subjectDigest, $or: [...ofTime] };
    for (;;) {
      const found = await this.#repository.find(filter, context, {
        projection: { _id: 1 },
        limit: CHANGED_AT_ONCE,
      });
      if (found.length === 0) {
        return;
      }
      const ids = found.map(({ _id }) => _id);
      const update = { $unset: { subject_digest: true } } as const;
      await this.#repository.updateMany({ _id: { $in: ids } }, update, context);
    }
  }
}
