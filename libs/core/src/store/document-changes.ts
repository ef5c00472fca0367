import { isDeepStrictEqual } from 'node:util';

import type { Document, Filter, UpdateFilter } from 'mongodb';

import type { FieldChange } from '../audit-trail.ts';
import type { AnyStoredDocument } from './base-model.ts';

export type Changes = Readonly<Record<string, FieldChange>>;

/** Every document has these; the record itself holds the same information. */
const UNRECORDED_FIELDS = new Set(['_id', 'created_at', 'updated_at']);

/** Top-level fields that differ. One side may be missing: a new document, a deleted one. */
export function changesBetween(before: Document = {}, after: Document = {}): Changes {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter(
    (name) => !UNRECORDED_FIELDS.has(name) && !isDeepStrictEqual(before[name], after[name]),
  );
  return Object.fromEntries(
    changed.map((name): [string, FieldChange] => [
      name,
      { old: (before[name] as unknown) ?? null, new: (after[name] as unknown) ?? null },
    ]),
  );
}

/** Names of the top-level fields that an update touches, except `updated_at`. */
export function fieldsOf(update: Document): readonly string[] {
  const paths = Object.values(update).flatMap((fields: object) => Object.keys(fields));
  return [...new Set(paths.map(topLevel))].filter((name) => !UNRECORDED_FIELDS.has(name));
}

/**
 * The document that the server makes from `before` and `update`. With both known, an update and its
 * audit record take one round trip each.
 *
 * @throws TypeError for an operator other than `$set`, `$setOnInsert`, `$unset` and `$inc`
 */
export function applyUpdate<Stored extends Document>(before: Stored, update: Document): Stored {
  const after = { ...before } as Document;
  for (const [operator, fields] of Object.entries(update) as [string, Document][]) {
    const apply = OPERATORS[operator];
    if (apply === undefined) {
      throw new TypeError(
        `A repository that audits its changes takes ${Object.keys(OPERATORS).join(', ')}; not ${operator}.`,
      );
    }
    for (const [path, value] of Object.entries(fields)) {
      apply(after, path, value);
    }
  }
  return after as Stored;
}

/** The document that the server makes from an upsert that matches none. */
export function createFrom<Stored extends AnyStoredDocument>(
  filter: Filter<Stored>,
  update: UpdateFilter<Stored>,
): Stored {
  const empty = {} as Stored;
  return applyUpdate(applyUpdate(empty, { $set: { ...filter, ...update.$setOnInsert } }), update);
}

/** Changes `document` into `wanted`, which has the same id. */
export function updateBetween<Stored extends AnyStoredDocument>(
  document: Stored,
  wanted: Stored,
): UpdateFilter<Stored> {
  const changed = Object.entries(wanted).filter(
    ([name, value]) => document[name as keyof Stored] !== value,
  );
  const dropped = Object.keys(document).filter((name) => !(name in wanted));
  return {
    $set: Object.fromEntries(changed),
    $unset: Object.fromEntries(dropped.map((name) => [name, ''])),
  } as unknown as UpdateFilter<Stored>;
}

/** Matches where `$inc` can count: at a number, and where nothing is. */
export function isCountable(path: string): Document {
  return { $expr: { $in: [{ $type: `$${path}` }, ['missing', 'int', 'long', 'double']] } };
}

type Operator = (document: Document, path: string, value: unknown) => void;

const OPERATORS: Readonly<Record<string, Operator>> = {
  $set: (document, path, value) => {
    const { parent, name } = resolve(document, path);
    parent[name] = value;
  },
  // The document already existed.
  $setOnInsert: () => undefined,
  $unset: (document, path) => {
    const { parent, name } = resolve(document, path);
    Reflect.deleteProperty(parent, name);
  },
  $inc: (document, path, value) => {
    const { parent, name } = resolve(document, path);
    parent[name] = ((parent[name] as number | undefined) ?? 0) + (value as number);
  },
};

function resolve(document: Document, path: string): { parent: Document; name: string } {
  const names = path.split('.');
  const name = names.pop() ?? path;
  let parent = document;
  for (const step of names) {
    parent[step] = { ...(parent[step] as Document | undefined) };
    parent = parent[step] as Document;
  }
  return { parent, name };
}

function topLevel(path: string): string {
  return path.split('.', 1)[0] ?? path;
}

/** Adds times to the update: when the document was changed and, if it is new, created. */
export function stampUpdate<Stored extends AnyStoredDocument>(
  update: UpdateFilter<Stored>,
  now: Date,
): UpdateFilter<Stored> {
  const { $setOnInsert: onInsert } = update;
  return {
    ...update,
    $set: { ...update.$set, updated_at: now },
    ...(onInsert === undefined ? {} : { $setOnInsert: { ...onInsert, created_at: now } }),
  } as unknown as UpdateFilter<Stored>;
}

/** @param filter that found the documents; it stays, as it may name their shard */
export function withIdsOf<Stored extends AnyStoredDocument>(
  documents: readonly Stored[],
  filter: Filter<Stored>,
): Filter<Stored> {
  return { ...filter, _id: { $in: documents.map(({ _id }) => _id) } };
}

/** The filter, without documents in which the update's `$inc` would fail. */
export function withCountable<Stored extends AnyStoredDocument>(
  filter: Filter<Stored>,
  { $inc = {} }: UpdateFilter<Stored>,
): Filter<Stored> {
  const conditions = Object.keys($inc).map(isCountable);
  return conditions.length === 0 ? filter : ({ $and: [filter, ...conditions] } as Filter<Stored>);
}
