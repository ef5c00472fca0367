import { isDeepStrictEqual } from 'node:util';

import type { Collection, Document, IndexDescription, IndexDescriptionInfo } from 'mongodb';

import type { IndexConflict, IndexDefinition } from './collection-definition.ts';
import { hasCode, retryingConcurrentChanges } from './concurrent-changes.ts';
import { findIndexConflict } from './index-conflict.ts';

const INDEX_OPTIONS_CONFLICT = 85;
const INDEX_KEY_SPECS_CONFLICT = 86;
const DUPLICATE_KEY = 11000;

/** What our index is called where another one has its name already, in this order. */
const NAME_SUFFIXES = ['', '_org', '_org_2', '_org_3'];

/**
 * Builds indexes of a collection, and keeps those of another program: one that does what ours is to do
 * serves in its place, and one that merely has its name gets ours beside it under another name. Unique
 * ones that documents collide under are returned.
 */
export async function createIndexes<Stored extends Document>(
  collection: Collection<Stored>,
  indexes: readonly IndexDefinition[],
): Promise<readonly IndexConflict[]> {
  if (indexes.length === 0) {
    return [];
  }
  try {
    await retryingConcurrentChanges(() =>
      collection.createIndexes(indexes.map(toIndexDescription)),
    );
    return [];
  } catch (error) {
    if (!isRefusal(error)) {
      throw error;
    }
  }
  const conflicts: IndexConflict[] = [];
  for (const index of indexes) {
    const conflict = await createIndex(collection, index);
    if (conflict !== undefined) {
      conflicts.push(conflict);
    }
  }
  return conflicts;
}

async function createIndex<Stored extends Document>(
  collection: Collection<Stored>,
  index: IndexDefinition,
): Promise<IndexConflict | undefined> {
  let refusal: unknown;
  for (const description of alternativesTo(index)) {
    try {
      await retryingConcurrentChanges(() => collection.createIndexes([description]));
      return undefined;
    } catch (error) {
      if (!isRefusal(error)) {
        throw error;
      }
      refusal = error;
    }
    if (hasCode(refusal, DUPLICATE_KEY)) {
      return findIndexConflict(collection, index);
    }
    if (hasCode(refusal, INDEX_OPTIONS_CONFLICT) && (await isServed(collection, index))) {
      return undefined;
    }
  }
  throw refusal;
}

/**
 * Whether the index that the server takes for the same as ours does what ours is to do. That their
 * key, filter and collation are equal is what the server says; it spells them out in its own way.
 */
async function isServed<Stored extends Document>(
  collection: Collection<Stored>,
  index: IndexDefinition,
): Promise<boolean> {
  const { unique = false, expireAfterSeconds } = index.options ?? {};
  const existing = await collection.listIndexes().toArray();
  return existing.some(
    (candidate: IndexDescriptionInfo) =>
      isDeepStrictEqual(Object.entries(candidate.key), Object.entries(index.keys)) &&
      (candidate.unique ?? false) === unique &&
      (expireAfterSeconds === undefined || candidate['expireAfterSeconds'] === expireAfterSeconds),
  );
}

function isRefusal(error: unknown): boolean {
  return [INDEX_OPTIONS_CONFLICT, INDEX_KEY_SPECS_CONFLICT, DUPLICATE_KEY].some((code) =>
    hasCode(error, code),
  );
}

/**
 * The index under each of its names, and one that expires documents in descending order and as a partial
 * index too: the server has only one of a key, a direction and a filter, and another program's may expire
 * nothing, or at another time.
 */
function alternativesTo(index: IndexDefinition): readonly IndexDescription[] {
  const { name, ...description } = toIndexDescription(index);
  const names = NAME_SUFFIXES.map((suffix) => name + suffix);
  const inOrder = names.map((other) => ({ ...description, name: other }));
  if (index.options?.expireAfterSeconds === undefined) {
    return inOrder;
  }
  const partialFilterExpression = { ...description.partialFilterExpression, ...present(index) };
  return [
    ...inOrder,
    ...inOrder.map((other) => ({ ...other, key: descending(index) })),
    ...inOrder.map((other) => ({ ...other, partialFilterExpression })),
  ];
}

/** Matches all that the index could expire. */
function present({ keys }: IndexDefinition): Record<string, object> {
  return Object.fromEntries(Object.keys(keys).map((field) => [field, { $exists: true }]));
}

function descending({ keys }: IndexDefinition): Record<string, -1> {
  return Object.fromEntries(Object.keys(keys).map((field) => [field, -1]));
}

function toIndexDescription(index: IndexDefinition): IndexDescription & { readonly name: string } {
  return { key: { ...index.keys }, name: defaultNameOf(index), ...index.options };
}

/** The name that the driver would give it. */
function defaultNameOf({ keys }: IndexDefinition): string {
  return Object.entries(keys)
    .map(([field, direction]) => `${field}_${String(direction)}`)
    .join('_');
}
