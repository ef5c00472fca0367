import { REDACTED, type AuditEvent, type FieldChange, type OperationContext } from '@org/core';

import type { AuditRecord } from '../types.ts';
import { AuditRecordModel, type AuditRecordDocument } from './store/audit-record-model.ts';

/** Replaces an erased value. */
export const ERASED = '[erased]';

const BINARY = '[binary]';
const NESTED = '[nested]';

/** Better one name too many than one too few. */
const SECRET_NAME =
  /password|passphrase|token|secret|otp|hash|salt|credential|cookie|(private|api)_?key|authorization|^auth$/i;

/** Keeps records small, whatever the document contains. */
const MAXIMUM_LENGTH = 1_000;
const MAXIMUM_ELEMENTS = 50;
const MAXIMUM_DEPTH = 5;

export type AuditRecordContent = Omit<
  AuditRecordDocument,
  '_id' | 'created_at' | 'updated_at' | 'timestamp'
>;

/** Everything in a record except the time. */
export function toRecordContent(event: AuditEvent, context: OperationContext): AuditRecordContent {
  return {
    resource_type: event.resourceType,
    resource_id: event.resourceId,
    actor_type: context.actor.type,
    actor_id: context.actor.id,
    action: event.action,
    changes: redactChanges(event.changes ?? {}),
    outcome: event.outcome ?? 'success',
    request_id: context.requestId,
    ...(event.subjectDigest === undefined ? {} : { subject_digest: event.subjectDigest }),
  };
}

/** The changes as stored: secrets redacted, ids as hex, long values truncated. */
export function redactChanges(
  changes: Readonly<Record<string, FieldChange>>,
): Readonly<Record<string, FieldChange>> {
  const described = Object.entries(changes).map(([name, change]): [string, FieldChange] => [
    name,
    { old: redactField(name, change.old, 0), new: redactField(name, change.new, 0) },
  ]);
  return Object.fromEntries(described);
}

export function convertAuditRecordBsonToAuditRecord(bson: object): AuditRecord {
  const { id, resourceType, resourceId, actorType, actorId, action, changes, outcome, ...rest } =
    AuditRecordModel.fromBson(bson);
  const { requestId, timestamp, source, count, countedSince, subjectDigest } = rest;
  const what = { resourceType, resourceId, action, outcome, changes };
  const counted = { source, count, countedSince };
  return { id, ...what, actorType, actorId, requestId, timestamp, ...counted, subjectDigest };
}

function redactField(name: string, value: unknown, depth: number): unknown {
  return value != null && SECRET_NAME.test(name) ? REDACTED : redactValue(value, depth);
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') {
    return shorten(value);
  }
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    return redactObject(value, depth);
  }
  return value ?? null;
}

function redactObject(value: object, depth: number): unknown {
  const { _bsontype: bsonType } = value as { _bsontype?: string };
  if (value instanceof Uint8Array || bsonType === 'Binary') {
    return BINARY;
  }
  if (bsonType !== undefined) {
    // The rest are numbers and the like, which are stored unchanged.
    return bsonType === 'ObjectId' ? (value as AuditRecordDocument['_id']).toHexString() : value;
  }
  if (depth === MAXIMUM_DEPTH) {
    return NESTED;
  }
  if (Array.isArray(value)) {
    return cut(value).map((element: unknown) => redactValue(element, depth + 1));
  }
  const fields = Object.entries(value).slice(0, MAXIMUM_ELEMENTS);
  return Object.fromEntries(
    // BSON names end at the first NUL.
    fields.map(([name, field]) => [name.replaceAll('\0', ''), redactField(name, field, depth + 1)]),
  );
}

function cut(elements: readonly unknown[]): readonly unknown[] {
  const left = elements.length - MAXIMUM_ELEMENTS;
  return left > 0 ? [...elements.slice(0, MAXIMUM_ELEMENTS), `[${left} more]`] : elements;
}

function shorten(text: string): string {
  if (text.length <= MAXIMUM_LENGTH) {
    return text;
  }
  // Half a surrogate pair is not a character.
  return `${text.slice(0, MAXIMUM_LENGTH).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
