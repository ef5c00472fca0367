import { BSON } from 'mongodb';

import type { FieldChange, StoredDocuments } from './stored-documents.ts';

const REDACTED = '[redacted]';

export type AuditDocument = StoredDocuments['audit'][number];

/** What of a document its records do not tell; undefined: nothing. */
export function findUnrecorded(
  document: Readonly<Record<string, unknown>>,
  records: readonly AuditDocument[],
): string | undefined {
  if (!records.some(({ action }) => action === 'create')) {
    return 'has no record of its creation';
  }
  const changes = records.flatMap((record) => Object.entries(record.changes ?? {}));
  const byField = Map.groupBy(changes, ([field]) => field);
  const wrong = [...byField].find(([field, ofField]) => {
    const ofValue = ofField.map(([, change]) => change);
    return !addsUp(document[field], ofValue);
  });
  return wrong && `has a value of ${wrong[0]} that its records do not add up to`;
}

/**
 * Each change takes the old value away and puts the new one there, so whatever their order, all but
 * the value that is there now, and the nothing that there was before, cancel out.
 */
function addsUp(value: unknown, changes: readonly FieldChange[]): boolean {
  if (changes.some((change) => change.old === REDACTED || change.new === REDACTED)) {
    return true;
  }
  const balance = new Map<string, number>();
  const add = (of: unknown, amount: number): void => {
    const key = BSON.EJSON.stringify({ of: of ?? null });
    balance.set(key, (balance.get(key) ?? 0) + amount);
  };
  for (const change of changes) {
    add(change.new, 1);
    add(change.old, -1);
  }
  add(value, -1);
  add(null, 1);
  return [...balance.values()].every((amount) => amount === 0);
}
