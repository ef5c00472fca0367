import { toCanonicalId, toRecordedId, type OperationContext } from '@org/core';
import { operationContextOf, type RouteHandler, type RouteHandlers } from '@org/core/rest-api';
import type * as Type from 'typebox';

import type { AdminService } from '../admin-service.ts';
import type { AdminModules } from '../types.ts';
import { readable, refusal, toIsoOrNull, toListBody, toPage, toTime } from './admin-view.ts';
import type { auditRoutes } from './audit-router.ts';
import type { AuditQuery, AuditRecordBody } from './audit-schema.ts';

type Routes = typeof auditRoutes;
type Audit = AdminModules['audit'];
type AuditPage = Awaited<ReturnType<Audit['findRecordsByTime']>>;
export type AuditRecord = AuditPage['items'][number];
type Query = Type.Static<typeof AuditQuery>;
type PageParams = Parameters<Audit['findRecordsByTime']>[0];

const ACTOR_TYPES = ['account', 'job', 'worker', 'anonymous'] as const;

export class AuditView implements RouteHandlers<Routes> {
  readonly #admin: AdminService;
  readonly #audit: Audit;

  constructor(admin: AdminService, audit: Audit) {
    this.#admin = admin;
    this.#audit = audit;
  }

  listAuditRecords: RouteHandler<Routes['listAuditRecords']> = async (request) => {
    const { query } = request;
    const [from, to] = [toTime('from', query.from), toTime('to', query.to)];
    const page = { ...toPage(query), from, to };
    const find = chooseQuery(query, this.#audit, page);
    const parameters = toRecordedQuery(query);
    const operation = { name: 'audit.read', resourceType: 'audit_log', parameters };
    const found = await this.#admin.read(operation, operationContextOf(request), find);
    return toListBody(found, toAuditRecordBody);
  };
}

/** @throws AdminBadRequestError if it asks for two things at once, or for half of one */
function chooseQuery(
  query: Query,
  audit: Audit,
  page: PageParams,
): (context: OperationContext) => Promise<AuditPage> {
  const { account_id: accountId, resource_type: type, resource_id: id } = query;
  const isOfActor = query.actor_id !== undefined || query.actor_type !== undefined;
  const isOfResource = type !== undefined || id !== undefined;
  if ([accountId !== undefined, isOfActor, isOfResource].filter(Boolean).length > 1) {
    throw refusal('query', 'must name an account, an actor or a resource, not several');
  }
  if (isOfActor) {
    const actor = readActor(query);
    return (context) => audit.findRecordsByActor({ ...actor, ...page }, context);
  }
  if (accountId !== undefined || isOfResource) {
    const resource = readResource(type ?? (accountId && 'accounts'), id ?? accountId);
    return (context) => audit.findRecordsByResource({ ...resource, ...page }, context);
  }
  return (context) => audit.findRecordsByTime(page, context);
}

function readActor({ actor_id: id, actor_type: given = 'account' }: Query) {
  const actorType = ACTOR_TYPES.find((known) => known === given);
  if (actorType === undefined) {
    throw refusal('actor_type', `must be one of ${ACTOR_TYPES.join(', ')}`);
  }
  if ((actorType === 'anonymous') !== (id === undefined)) {
    throw refusal('actor_id', 'must be given, unless actor_type is anonymous');
  }
  return { actorType, actorId: id === undefined ? null : toCanonicalId(id) };
}

function readResource(resourceType: string | undefined, id: string | undefined) {
  if (resourceType === undefined || id === undefined) {
    throw refusal('resource_id', 'and resource_type must be given together');
  }
  return { resourceType, resourceId: toCanonicalId(id) };
}

/** Ids alone: a name in place of one would outlive its account. */
function toRecordedQuery(query: Query): Readonly<Record<string, string>> {
  const asked = Object.entries(query).filter(([name]) => name !== 'cursor' && name !== 'limit');
  return Object.fromEntries(
    asked.map(([name, value]) => [
      name,
      name.endsWith('_id') ? toRecordedId(value) || '[not an id]' : value,
    ]),
  );
}

export function toAuditRecordBody(record: AuditRecord) {
  return {
    id: record.id,
    timestamp: record.timestamp.toISOString(),
    actor_type: record.actorType,
    actor_id: record.actorId,
    action: record.action,
    outcome: record.outcome,
    resource_type: record.resourceType,
    resource_id: record.resourceId,
    request_id: record.requestId,
    source: record.source,
    count: readable.count(record.count),
    counted_since: toIsoOrNull(record.countedSince),
    changes: record.changes as Type.Static<typeof AuditRecordBody>['changes'],
  };
}
