import type { OperationContext } from '@org/core';
import { parseObjectId, type RepositoryDependencies } from '@org/core/store';

import type {
  AuditPage,
  AuditRecord,
  AuditRecordsByActorParams,
  AuditRecordsByResourceParams,
  AuditRecordsBySubjectParams,
  AuditRecordsByTimeParams,
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

/** The fields that precede `timestamp` in an index. */
type Part = Partial<
  Pick<
    AuditRecordDocument,
    'resource_type' | 'resource_id' | 'actor_type' | 'actor_id' | 'subject_digest'
  >
>;

/** Records that match any of these. */
type Scope = readonly [Part, ...Part[]];

export class AuditReader {
  readonly #repository: AuditRecordRepository;

  constructor(dependencies: RepositoryDependencies) {
    this.#repository = new AuditRecordRepository(dependencies);
  }

  /** @throws AuditBadRequestError */
  async findRecordsByResource(
    { resourceType, resourceId, ...page }: AuditRecordsByResourceParams,
    context: OperationContext,
  ): Promise<AuditPage> {
    const scope = { resource_type: resourceType, resource_id: resourceId };
    return this.#findPage([scope], readPageRequest(page), context);
  }

  /** @throws AuditBadRequestError */
  async findRecordsByActor(
    { actorType, actorId, ...page }: AuditRecordsByActorParams,
    context: OperationContext,
  ): Promise<AuditPage> {
    const scope = { actor_type: actorType, actor_id: actorId };
    return this.#findPage([scope], readPageRequest(page), context);
  }

  /** @throws AuditBadRequestError */
  async findRecordsByTime(
    page: AuditRecordsByTimeParams,
    context: OperationContext,
  ): Promise<AuditPage> {
    return this.#findPage([{}], readPageRequest(page), context);
  }

  /** @throws AuditBadRequestError */
  async findRecordsBySubject(
    { subjectDigest, resource, ...page }: AuditRecordsBySubjectParams,
    context: OperationContext,
  ): Promise<AuditPage> {
    const beside = resource && {
      resource_type: resource.resourceType,
      resource_id: resource.resourceId,
    };
    const scope: Scope = [{ subject_digest: subjectDigest }, ...(beside ? [beside] : [])];
    return this.#findPage(scope, readPageRequest(page), context);
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

  async #findPage(
    scope: Scope,
    { limit, ...request }: AuditPageRequest,
    context: OperationContext,
  ): Promise<AuditPage> {
    // One more than requested shows whether there is a next page.
    const found = await this.#findNext(scope, { ...request, limit: limit + 1 }, context);
    const items = found.slice(0, limit).map(convertAuditRecordBsonToAuditRecord);
    const last = items.at(-1);
    const hasMore = found.length > limit && last !== undefined;
    return { items, nextCursor: hasMore ? writeCursor(last) : null };
  }

  /**
   * The order is (timestamp, _id), but the indexes end with `timestamp`: sorting by both would read
   * every record in scope. So the milliseconds in which a page begins and ends are read separately,
   * and only their few records are sorted.
   */
  async #findNext(
    scope: Scope,
    { from, to, limit, after }: AuditPageRequest,
    context: OperationContext,
  ): Promise<readonly AuditRecordDocument[]> {
    const begun = after === undefined ? [] : await this.#findAt(scope, after, limit, context);
    const remaining = limit - begun.length;
    if (remaining === 0) {
      return begun;
    }
    const older = await this.#repository.find(
      filterOf(scope, between(from, after?.timestamp ?? to)),
      context,
      { sort: { timestamp: -1 }, limit: remaining },
    );
    const last = older.at(-1);
    if (last === undefined || older.length < remaining) {
      return [...begun, ...older.toSorted(newestFirst)];
    }
    const whole = older.filter(({ timestamp }) => timestamp > last.timestamp);
    const { timestamp } = last;
    const ended = await this.#findAt(scope, { timestamp }, remaining - whole.length, context);
    return [...begun, ...whole.toSorted(newestFirst), ...ended];
  }

  /** Records of one millisecond, below the given id if any. */
  async #findAt(
    scope: Scope,
    { timestamp, id }: Pick<AuditPosition, 'timestamp'> & Partial<AuditPosition>,
    limit: number,
    context: OperationContext,
  ): Promise<readonly AuditRecordDocument[]> {
    const objectId = id === undefined ? undefined : parseObjectId(id);
    const below = objectId === undefined ? {} : { _id: { $lt: objectId } };
    return this.#repository.find(filterOf(scope, { timestamp, ...below }), context, {
      sort: { timestamp: -1, _id: -1 },
      limit,
    });
  }
}

/** Adds the condition to each part, so that each is read in time order from its own index. */
function filterOf([only, ...others]: Scope, condition: object): object {
  return others.length === 0
    ? { ...only, ...condition }
    : { $or: [only, ...others].map((part) => ({ ...part, ...condition })) };
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
