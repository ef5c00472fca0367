import { PRIORITY_RANKS } from '../priority.ts';
import type { NewQueueRow, QueueRow } from '../types.ts';
import type { NewQueueRowDocument, QueueRowDocument } from './queue-row-repository.ts';

/** The end of a life that does not end. */
export const NEVER = new Date('9999-12-31');

export function toDocument(
  { kind, payload, key, priority = 'normal', dueAt, expiresAt, accountId }: NewQueueRow,
  sequence: number | undefined,
  now: Date,
): NewQueueRowDocument {
  return {
    kind,
    payload,
    status: 'queued',
    priority: PRIORITY_RANKS[priority],
    attempts: 0,
    failures: 0,
    next_attempt_at: dueAt ?? now,
    due_at: dueAt ?? now,
    leased_until: null,
    expires_at: expiresAt ?? NEVER,
    last_error: null,
    ...(key === undefined || sequence === undefined ? {} : { key, sequence }),
    ...(accountId === undefined ? {} : { account_id: accountId }),
  };
}

/** What another program left malformed is shown as far as it can be read. */
export function toQueueRow(row: QueueRowDocument): QueueRow {
  return {
    id: String(row._id),
    kind: toText(row.kind),
    key: row.key == null ? null : toText(row.key),
    payload: payloadOf(row) ?? {},
    attempts: toNumber(row.attempts),
    dueAt: toDate(row.next_attempt_at),
    lastError: row.last_error == null ? null : toText(row.last_error),
    createdAt: toDate(row.created_at),
  };
}

/** @returns `undefined` if another program stored something else */
export function payloadOf({ payload }: QueueRowDocument): object | undefined {
  const stored: unknown = payload;
  return typeof stored === 'object' && stored !== null ? stored : undefined;
}

export function toText(stored: unknown): string {
  return typeof stored === 'string' ? stored : JSON.stringify(stored ?? null);
}

function toNumber(stored: unknown): number {
  return typeof stored === 'number' ? stored : NaN;
}

/** A stored date may lie beyond what a Date can hold. */
export function toDate(stored: unknown): Date {
  return stored instanceof Date && !Number.isNaN(stored.getTime()) ? stored : new Date(0);
}
