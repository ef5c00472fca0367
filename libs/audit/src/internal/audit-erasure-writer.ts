import type { AuditedResource, Clock, OperationContext } from '@org/core';
import { representationsOf, type RepositoryDependencies } from '@org/core/store';

import type { EraseOfAbandonedErasureParams, PseudonymizeActorParams } from '../types.ts';
import { ERASED } from './audit-util.ts';
import { blankRecord, type BlankSubstitutes } from './blank-record-pipeline.ts';
import type { AuditRecordDocument } from './store/audit-record-model.ts';
import { AuditRecordRepository, BY_ACTOR, BY_RESOURCE } from './store/audit-record-repository.ts';

type Filter = Parameters<AuditRecordRepository['find']>[0];

/** Few enough that one command changes them well within its time limit. */
const CHANGED_AT_ONCE = 500;
/** A resource that an account changed often is on many pages, but its records are erased once. */
const REMEMBERED_RESOURCES = 10_000;

/** With a condition on the first key, the server seeks the second one in the index. */
const ANY_TYPE = { $ne: '\u0000' };

const ONLY_RESOURCE = { resource_type: 1, resource_id: 1, action: 1, outcome: 1 } as const;

export class AuditErasureWriter {
  readonly #clock: Clock;
  readonly #repository: AuditRecordRepository;

  constructor(dependencies: RepositoryDependencies) {
    this.#clock = dependencies.database.clock;
    this.#repository = new AuditRecordRepository(dependencies, false);
  }

  /** Blanks the field values and sources in the records of these resources. */
  async eraseChanges(
    resources: readonly AuditedResource[],
    signal: AbortSignal,
    context: OperationContext,
  ): Promise<void> {
    for (const [resourceType, ids] of idsByType(resources)) {
      const resourceIds = [...ids].flatMap(representationsOf) as string[];
      const filter = { resource_type: resourceType, resource_id: { $in: resourceIds } };
      await this.#blankAll(filter, signal, context);
    }
  }

  async #blankAll(filter: Filter, signal: AbortSignal, context: OperationContext): Promise<void> {
    const records = this.#repository.findInPages(filter, context, {
      projection: { _id: 1 },
      pageSize: CHANGED_AT_ONCE,
      hint: BY_RESOURCE,
    });
    for await (const page of records) {
      signal.throwIfAborted();
      await this.#blank(page, { value: ERASED }, context);
    }
  }

  async #blank(
    page: readonly AuditRecordDocument[],
    substitutes: BlankSubstitutes,
    context: OperationContext,
  ): Promise<void> {
    const pipeline = blankRecord(substitutes, this.#clock.now());
    await this.#repository.changeOrDelete(page, pipeline, context);
  }

  /**
   * The actor's records lead to what it did, so on each page the resources are erased first, then
   * the actor. A resource of someone else's stays as it is if the access was denied. Finds records
   * of any shape by nothing but the account's id, as actor or as resource.
   */
  async pseudonymizeActor(
    { actorId, pseudonym, signal }: PseudonymizeActorParams,
    context: OperationContext,
  ): Promise<void> {
    const ids = representationsOf(actorId) as string[];
    // An account, or whatever another program calls it.
    const actor: Filter = { actor_type: { $nin: ['job', 'worker'] }, actor_id: { $in: ids } };
    const erased = new Set<string>();
    let page: readonly AuditRecordDocument[];
    do {
      page = await this.#repository.find(actor, context, {
        limit: CHANGED_AT_ONCE,
        projection: ONLY_RESOURCE,
        hint: BY_ACTOR,
      });
      await this.#eraseNamedBy(page, { erased, signal }, context);
      signal.throwIfAborted();
      await this.#blank(page, { value: ERASED, actorId: pseudonym }, context);
    } while (page.length === CHANGED_AT_ONCE);
    const resource: Filter = { resource_type: ANY_TYPE, resource_id: { $in: ids } };
    await this.#blankAll(resource, signal, context);
  }

  /**
   * The account's own records lead to what the erasing job deleted and what the account did under
   * its pseudonym. Call it before they are erased.
   */
  async eraseOfAbandonedErasure(
    { account, signal }: EraseOfAbandonedErasureParams,
    context: OperationContext,
  ): Promise<void> {
    const erased = new Set<string>();
    for (const { actor_type: type, actor_id: id } of await this.#findActors(account, context)) {
      const deletedOnly = type === 'job' ? { action: 'delete' } : {};
      const filter = { actor_type: type, actor_id: id, ...deletedOnly };
      const records = this.#repository.findInPages(filter, context, {
        projection: ONLY_RESOURCE,
        pageSize: CHANGED_AT_ONCE,
      });
      for await (const page of records) {
        await this.#eraseNamedBy(page, { erased, signal }, context);
      }
    }
  }

  /** Who acted on an account successfully: itself, and the jobs that erased it. */
  async #findActors(
    { resourceType, resourceId }: AuditedResource,
    context: OperationContext,
  ): Promise<readonly Pick<AuditRecordDocument, 'actor_type' | 'actor_id'>[]> {
    const actors = new Map<string | null, Pick<AuditRecordDocument, 'actor_type' | 'actor_id'>>();
    const records = this.#repository.findInPages(
      {
        resource_type: resourceType,
        resource_id: resourceId,
        actor_type: { $in: ['account', 'job'] },
        outcome: 'success',
        action: { $ne: 'read' },
      },
      context,
      { projection: { actor_type: 1, actor_id: 1 }, pageSize: CHANGED_AT_ONCE },
    );
    for await (const page of records) {
      page.forEach((record) => actors.set(record.actor_id, record));
    }
    return [...actors.values()];
  }

  async #eraseNamedBy(
    page: readonly AuditRecordDocument[],
    { erased, signal }: { readonly erased: Set<string>; readonly signal: AbortSignal },
    context: OperationContext,
  ): Promise<void> {
    const named = page.filter(
      ({ action, outcome, resource_type, resource_id }) =>
        typeof resource_type === 'string' &&
        typeof resource_id === 'string' &&
        outcome === 'success' &&
        action !== 'read' &&
        resource_id !== '' &&
        !erased.has(resource_type + resource_id),
    );
    await this.eraseChanges(
      named.map(({ resource_type, resource_id }) => ({
        resourceType: resource_type,
        resourceId: resource_id,
      })),
      signal,
      context,
    );
    if (erased.size > REMEMBERED_RESOURCES) {
      erased.clear();
    }
    named.forEach(({ resource_type, resource_id }) => erased.add(resource_type + resource_id));
  }
}

function idsByType(resources: readonly AuditedResource[]): ReadonlyMap<string, Set<string>> {
  const ids = new Map<string, Set<string>>();
  for (const { resourceType, resourceId } of resources) {
    const known = ids.get(resourceType) ?? new Set();
    ids.set(resourceType, known.add(resourceId));
  }
  return ids;
}
