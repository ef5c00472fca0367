import { isCalendarTime, parseCalendarTime, type OperationContext } from '@org/core';
import { operationContextOf } from '@org/core/rest-api';
import type { FastifyRequest } from 'fastify';

import type { AdminService } from '../admin-service.ts';
import { AdminBadRequestError } from '../errors.ts';
import type { AdminChange } from '../types.ts';

const DEFAULT_LIMIT = 50;
const MAXIMUM_LIMIT = 200;

export interface PageParams {
  readonly limit: number;
  readonly cursor?: string;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

type Work<Result> = (context: OperationContext) => Promise<Result>;

/** Makes the change that a request asks for, with the reason that its body gives. */
export async function changeBy<Result>(
  request: FastifyRequest<{ Body: { reason: string } }>,
  admin: AdminService,
  operation: Omit<AdminChange, 'reason'>,
  work: Work<Result>,
): Promise<Result> {
  const { reason } = request.body;
  return admin.change({ ...operation, reason }, operationContextOf(request), work);
}

/** @throws AdminBadRequestError if the limit is no whole number from 1 on */
export function toPage({
  limit,
  cursor,
}: {
  readonly limit?: string;
  readonly cursor?: string;
}): PageParams {
  if (limit !== undefined && !(/^\d+$/.test(limit) && Number(limit) >= 1)) {
    throw refusal('limit', 'must be a whole number from 1 on');
  }
  const size = Math.min(Number(limit ?? DEFAULT_LIMIT), MAXIMUM_LIMIT);
  return { limit: size, ...(cursor === undefined ? {} : { cursor }) };
}

export function toListBody<Item, Body>(
  { items, nextCursor }: Page<Item>,
  toBody: (item: Item) => Body,
): { items: Body[]; next_cursor: string | null } {
  return { items: items.map(toBody), next_cursor: nextCursor };
}

/** A change of one resource, and its id. */
export function operationOn(
  { type: resourceType, id: resourceId }: { readonly type: string; readonly id: string },
  name: string,
  parameters: Readonly<Record<string, unknown>> = {},
): { readonly resourceId: string; readonly operation: Omit<AdminChange, 'reason'> } {
  return { resourceId, operation: { name, resourceType, resourceId, parameters } };
}

/** @throws AdminBadRequestError if it is neither a day nor a time */
export function toTime(field: string, text: string | undefined): Date | undefined {
  if (text === undefined) {
    return undefined;
  }
  const time = parseCalendarTime(text);
  if (time === undefined) {
    throw refusal(
      field,
      'must be a day such as 2026-01-31 (UTC) or a time such as 2026-01-31T12:00:00Z',
    );
  }
  return time;
}

export function toIsoOrNull(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}

/**
 * What another program stored malformed is shown as far as it can be read: no list fails by it. For
 * what no model has checked.
 */
export const readable = {
  text: (stored: unknown): string => readable.textOrNull(stored) ?? '',
  textOrNull: (stored: unknown): string | null => (typeof stored === 'string' ? stored : null),
  count: (stored: unknown): number => (Number.isSafeInteger(stored) ? (stored as number) : 0),
  countOrNull: (stored: unknown): number | null =>
    Number.isSafeInteger(stored) ? (stored as number) : null,
  time: (stored: unknown): string => readable.timeOrNull(stored) ?? new Date(0).toISOString(),
  timeOrNull: (stored: unknown): string | null =>
    isCalendarTime(stored) ? stored.toISOString() : null,
};

export function refusal(field: string, problem: string): AdminBadRequestError {
  const message = `${field} ${problem}`;
  return new AdminBadRequestError(message, [{ path: `/${field}`, message }]);
}
