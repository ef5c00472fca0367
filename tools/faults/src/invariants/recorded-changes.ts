import { BSON } from 'mongodb';

import { defineInvariant, unless } from './invariant.ts';
import {
  groupBy,
  idOf,
  type AuditDocument,
  type FieldChange,
  type StoredDocuments,
} from './stored-documents.ts';

const REDACTED = '[redacted]';

/** Collections whose every change is recorded with what changed. */
const RECORDED = {
  accounts: (stored: StoredDocuments) => stored.accounts,
  account_notification_preferences: (stored: StoredDocuments) => stored.preferences,
} as const;

/** A mutation's record is written in its transaction: neither is there without the other. */
export const recordedChanges = defineInvariant(
  'no mutation without its record in the audit log',
  function* (stored) {
    const records = groupBy(stored.audit, keyOf);
    for (const [name, documentsOf] of Object.entries(RECORDED)) {
      for (const document of documentsOf(stored)) {
        const key = `${name} ${idOf(document)}`;
        const problem = findUnrecorded(document, records.get(key) ?? []);
        yield unless(problem === undefined, key, problem ?? '');
      }
    }
  },
);

export const noRecordOfNothing = defineInvariant(
  'no record of a creation that did not take place',
  function* (stored) {
    for (const [name, documentsOf] of Object.entries(RECORDED)) {
      const ids = new Set(documentsOf(stored).map(idOf));
      for (const record of stored.audit.filter((each) => isCreationOf(each, name))) {
        const problem = `tells of ${name} ${record.resource_id}, which is not there`;
        yield unless(ids.has(record.resource_id), `audit_log ${idOf(record)}`, problem);
      }
    }
  },
);

function keyOf({ resource_type, resource_id }: AuditDocument): string {
  return `${resource_type} ${resource_id}`;
}

function isCreationOf({ resource_type, action, outcome }: AuditDocument, name: string): boolean {
  return resource_type === name && action === 'create' && outcome === 'success';
}

function findUnrecorded(document: object, records: readonly AuditDocument[]): string | undefined {
  if (!records.some(({ action }) => action === 'create')) {
    return 'has no record of its creation';
  }
  const changes = records.flatMap((record) => Object.entries(record.changes ?? {}));
  for (const [field, ofField] of groupBy(changes, ([name]) => name)) {
    const value = (document as Readonly<Record<string, unknown>>)[field];
    if (
      !addsUp(
        value,
        ofField.map(([, change]) => change),
      )
    ) {
      return `has a value of ${field} that its records do not add up to`;
    }
  }
  return undefined;
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
