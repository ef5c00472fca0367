import type { OperationContext } from '@org/core';
import { parseObjectId, type RepositoryDependencies } from '@org/core/store';

import type {
  AuditPage,
  AuditPageParams,
  AuditRecord,
  ExportRecordsByActorParams,
} from '../types.ts';
import {
  readPageRequest,
  writeCursor,
  type AuditPageRequest,
  type AuditPosition,
} from './audit-page-policy.ts';
import { convertAuditRecordBsonToAuditRecord } from './audit-util.ts';
import type { AuditRecordDocument } from './store/audit-record-model.ts';
import { AuditRecordRepository } from './store/audit-record-repository.ts';

/** What records have in common: the fields that precede `timestamp` in an index. */
export type AuditScope = Partial<
  Pick<AuditRecord, 'resourceType' | 'resourceId' | 'actorType' | 'actorId' | 'subjectDigest'>
>;

const FIELDS = [
  ['resourceType', 'resource_type'],
  ['resourceId', 'resource_id'],
  ['actorType', 'actor_type'],
  ['actorId', 'actor_id'],
  ['subjectDigest', 'subject_digest'],
] as const;

export class AuditReader {
  readonly #repository: AuditRecordRepository;

  constructor(dependencies: RepositoryDependencies) {
    this.#repository = new AuditRecordRepository(dependencies);
  }

  /** @throws AuditBadRequestError if the cursor or the limit is invalid */
  async findPage(
    scopes: readonly AuditScope[],
    page: AuditPageParams,
    context: OperationContext,
  ): Promise<AuditPage> {
    const { limit, ...request } = readPageRequest(page);
    // One more than requested shows whether there is a next page.
    const found = await this.#findNext(scopes, { ...request, limit: limit + 1 }, context);
    const items = found.slice(0, limit).map(convertAuditRecordBsonToAuditRecord);
    const last = items.at(-1);
    const hasMore = found.length > limit && last !== undefined;
    return { items, nextCursor: hasMore ? writeCursor(last) : null };
  }

  /** All records of an account's actions, newest first. */
  async *findRecordsOfAccount(
    { actorId }: ExportRecordsByActorParams,
    context: OperationContext,
  ): AsyncGenerator<readonly AuditRecord[], void, undefined> {
    const found = this.#repository.findInPages(
      { actor_type: 'account', actor_id: actorId },
      context,
      { sort: { timestamp: -1 } },
    );
    for await (const page of found) {
      yield page.map(convertAuditRecordBsonToAuditRecord);
    }
  }

  /**
   * The order is (timestamp, _id), but the indexes end with `timestamp`: sorting by both would read
   * every record in scope. So the milliseconds in which a page begins and ends are read separately,
   * and only their few records are sorted.
   */
  async #findNext(
    scopes: readonly AuditScope[],
    { from, to, limit, after }: AuditPageRequest,
    context: OperationContext,
  ): Promise<readonly AuditRecordDocument[]> {
    const begun = after === undefined ? [] : await this.#findAt(scopes, after, limit, context);
    const remaining = limit - begun.length;
    if (remaining === 0) {
      return begun;
    }
    const older = await this.#repository.find(
      filterOf(scopes, between(from, after?.timestamp ?? to)),
      context,
      { sort: { timestamp: -1 }, limit: remaining },
    );
    const last = older.at(-1);
    if (last === undefined || older.length < remaining) {
      return [...begun, ...older.toSorted(newestFirst)];
    }
    const whole = older.filter(({ timestamp }) => timestamp > last.timestamp);
    const { timestamp } = last;
    const ended = await this.#findAt(scopes, { timestamp }, remaining - whole.length, context);
    return [...begun, ...whole.toSorted(newestFirst), ...ended];
  }

  /** Records of one millisecond, below the given id if any. */
  async #findAt(
    scopes: readonly AuditScope[],
    { timestamp, id }: Pick<AuditPosition, 'timestamp'> & Partial<AuditPosition>,
    limit: number,
    context: OperationContext,
  ): Promise<readonly AuditRecordDocument[]> {
    const objectId = id === undefined ? undefined : parseObjectId(id);
    const below = objectId === undefined ? {} : { _id: { $lt: objectId } };
    return this.#repository.find(filterOf(scopes, { timestamp, ...below }), context, {
      sort: { timestamp: -1, _id: -1 },
      limit,
    });
  }
}

/** Adds the condition to each scope, so that each is read in time order from its own index. */
function filterOf(scopes: readonly AuditScope[], condition: object): object {
  const filters = scopes.map((scope) => {
    const given = FIELDS.filter(([name]) => scope[name] !== undefined);
    return {
      ...Object.fromEntries(given.map(([name, field]) => [field, scope[name]])),
      ...condition,
    };
  });
  return filters.length === 1 ? (filters[0] as object) : { $or: filters };
}

function between(from: Date | undefined, to: Date | undefined): object {
  const range = {
    ...(from === undefined ? {} : { $gte: from }),
    ...(to === undefined ? {} : { $lt: to }),
  };
  return Object.keys(range).length === 0 ? {} : { timestamp: range };
}

function newestFirst(one: AuditRecordDocument, other: AuditRecordDocument): number {
  const apart = other.timestamp.getTime() - one.timestamp.getTime();
  return apart === 0 ? (one._id.toHexString() < other._id.toHexString() ? 1 : -1) : apart;
}
