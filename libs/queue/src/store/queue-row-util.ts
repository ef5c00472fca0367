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

export function toQueueRow(row: QueueRowDocument): QueueRow {
  return {
    id: String(row._id),
    kind: row.kind,
    key: row.key ?? null,
    payload: payloadOf(row) ?? {},
    attempts: row.attempts,
    dueAt: toDate(row.next_attempt_at),
    lastError: row.last_error,
    createdAt: toDate(row.created_at),
  };
}

/** @returns `undefined` if another program stored something else */
export function payloadOf({ payload }: QueueRowDocument): object | undefined {
  const stored: unknown = payload;
  return typeof stored === 'object' && stored !== null ? stored : undefined;
}

function toDate(stored: unknown): Date {
  return stored instanceof Date ? stored : new Date(0);
}
