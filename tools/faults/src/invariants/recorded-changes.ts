import { BSON } from 'mongodb';

import { defineInvariant, unless } from './invariant.ts';
import { idOf, type FieldChange, type StoredDocuments } from './stored-documents.ts';

const REDACTED = '[redacted]';

type AuditDocument = StoredDocuments['audit'][number];

/** Collections whose every change is recorded with what changed. */
function recordedOf({ accounts, preferences }: StoredDocuments) {
  return Object.entries({ accounts, account_notification_preferences: preferences });
}

/** A mutation's record is written in its transaction: neither is there without the other. */
export const recordedChanges = defineInvariant(
  'no mutation without its record in the audit log',
  function* (stored) {
    const keyOf = (record: AuditDocument) => `${record.resource_type} ${record.resource_id}`;
    const records = Map.groupBy(stored.audit, keyOf);
    for (const [name, documents] of recordedOf(stored)) {
      for (const document of documents) {
        const key = `${name} ${idOf(document)}`;
        yield [key, findUnrecorded({ ...document }, records.get(key) ?? [])];
      }
    }
  },
);

export const noRecordOfNothing = defineInvariant(
  'no record of a creation that did not take place',
  function* (stored) {
    const creations = stored.audit.filter(
      ({ action, outcome }) => action === 'create' && outcome === 'success',
    );
    for (const [name, documents] of recordedOf(stored)) {
      const ids = new Set(documents.map((document) => idOf(document)));
      for (const record of creations.filter(({ resource_type }) => resource_type === name)) {
        const problem = `tells of ${name} ${record.resource_id}, which is not there`;
        yield [`audit_log ${idOf(record)}`, unless(ids.has(record.resource_id), problem)];
      }
    }
  },
);

function findUnrecorded(
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
