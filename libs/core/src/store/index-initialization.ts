import { isDeepStrictEqual } from 'node:util';

import type {
  Collection,
  Db,
  Document,
  IndexDescription,
  IndexDescriptionInfo,
  ObjectId,
} from 'mongodb';

import type {
  CollectionDefinition,
  IndexConflict,
  IndexDefinition,
} from './collection-definition.ts';
import {
  BRIEFLY,
  changeWhenFree,
  hasCode,
  retryingConcurrentChanges,
} from './concurrent-changes.ts';

export const UNAUTHORIZED = 13;
const INDEX_OPTIONS_CONFLICT = 85;
const INDEX_KEY_SPECS_CONFLICT = 86;
const DUPLICATE_KEY = 11000;
const MAXIMUM_CONFLICT_GROUPS = 10;

/** Suffixes to try, in this order, if another index already has the name of ours. */
const NAME_SUFFIXES = ['', '_org', '_org_2', '_org_3'];

/**
 * Builds a collection's indexes and keeps those of another program: one that does the same as ours
 * takes its place; if it only has the same name, ours is built beside it under another name.
 * Returns the unique ones under which documents collide.
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

/**
 * Resolves once indexes that are missing can be built without waiting for somebody's transaction,
 * with everybody else waiting behind them.
 */
export async function untilIndexesCanBeBuilt(
  database: Db,
  { name: collMod, indexes }: CollectionDefinition,
): Promise<void> {
  const existing: readonly IndexDescriptionInfo[] = await database
    .collection(collMod)
    .listIndexes()
    .toArray();
  const isBuilt = (index: IndexDefinition): boolean =>
    alternativesTo(index).some((ours) => existing.some((each) => isTheSame(each, ours)));
  if (indexes.every(isBuilt)) {
    return;
  }
  try {
    // Changes nothing.
    await changeWhenFree(() => database.command({ collMod, ...BRIEFLY }));
  } catch (error) {
    // MongoDB's role `readWrite` builds indexes, but may not do this.
    if (!hasCode(error, UNAUTHORIZED)) {
      throw error;
    }
  }
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

async function findIndexConflict<Stored extends Document>(
  collection: Collection<Stored>,
  index: IndexDefinition,
): Promise<IndexConflict> {
  const key = Object.fromEntries(
    Object.keys(index.keys).map((field) => [field.replaceAll('.', '_'), `$${field}`]),
  );
  const groups = await collection
    .aggregate<{ ids: ObjectId[] }>(
      [
        { $match: index.options?.partialFilterExpression ?? {} },
        { $group: { _id: key, ids: { $push: '$_id' }, count: { $sum: 1 } } },
        { $match: { count: { $gt: 1 } } },
        { $limit: MAXIMUM_CONFLICT_GROUPS },
      ],
      index.options?.collation === undefined ? {} : { collation: index.options.collation },
    )
    .toArray();
  return {
    collectionName: collection.collectionName,
    indexName: index.options?.name ?? Object.keys(index.keys).join('_'),
    conflictingIds: groups.map(({ ids }) => ids.map((id) => id.toHexString())),
  };
}

/** Drops the indexes, and those of another program that do the same. */
export async function dropIndexes<Stored extends Document>(
  collection: Collection<Stored>,
  indexes: readonly IndexDefinition[],
): Promise<void> {
  const existing: readonly IndexDescriptionInfo[] = await collection.listIndexes().toArray();
  const dropped = existing.filter((each) =>
    indexes.some((index) => doesTheSame(each, toIndexDescription(index))),
  );
  for (const { name = '' } of dropped) {
    await changeWhenFree(() => collection.dropIndex(name, BRIEFLY));
  }
}

/** Whether another index does the same. The server has only compared key, filter, collation. */
async function isServed<Stored extends Document>(
  collection: Collection<Stored>,
  index: IndexDefinition,
): Promise<boolean> {
  const existing: readonly IndexDescriptionInfo[] = await collection.listIndexes().toArray();
  return existing.some((each) => doesTheSame(each, toIndexDescription(index)));
}

/** Compares everything but the name. */
function isTheSame(existing: IndexDescriptionInfo, ours: IndexDescription): boolean {
  const { collation: theirs, partialFilterExpression: filter } = existing as IndexDescription;
  return (
    doesTheSame(existing, ours) &&
    isDeepStrictEqual(filter, ours.partialFilterExpression) &&
    // The server adds the collation's defaults.
    isDeepStrictEqual(theirs, ours.collation && { ...theirs, ...ours.collation })
  );
}

function doesTheSame(existing: IndexDescriptionInfo, ours: IndexDescription): boolean {
  const { key, unique = false, expireAfterSeconds } = ours;
  return (
    isDeepStrictEqual(Object.entries(existing.key), Object.entries(key)) &&
    (existing.unique ?? false) === unique &&
    (expireAfterSeconds === undefined || existing['expireAfterSeconds'] === expireAfterSeconds)
  );
}

function isRefusal(error: unknown): boolean {
  return [INDEX_OPTIONS_CONFLICT, INDEX_KEY_SPECS_CONFLICT, DUPLICATE_KEY].some((code) =>
    hasCode(error, code),
  );
}

/**
 * The index under each of its names, and an expiring one also in descending order and as a partial
 * index: the server allows only one per key, direction and filter, and another program's may not
 * expire anything, or at another time.
 */
function alternativesTo(index: IndexDefinition): readonly IndexDescription[] {
  const { name, ...description } = toIndexDescription(index);
  const names = NAME_SUFFIXES.map((suffix) => name + suffix);
  const inOrder = names.map((other) => ({ ...description, name: other }));
  if (index.options?.expireAfterSeconds === undefined) {
    return inOrder;
  }
  // Matches everything that the index could expire.
  const present = eachKeyOf(index, { $exists: true });
  const partialFilterExpression = { ...description.partialFilterExpression, ...present };
  return [
    ...inOrder,
    ...inOrder.map((other) => ({ ...other, key: eachKeyOf(index, -1) })),
    ...inOrder.map((other) => ({ ...other, partialFilterExpression })),
  ];
}

function eachKeyOf<Value>({ keys }: IndexDefinition, value: Value): Record<string, Value> {
  return Object.fromEntries(Object.keys(keys).map((field) => [field, value]));
}

function toIndexDescription(index: IndexDefinition): IndexDescription & { readonly name: string } {
  return { key: { ...index.keys }, name: defaultNameOf(index), ...index.options };
}

function defaultNameOf({ keys }: IndexDefinition): string {
  return Object.entries(keys)
    .map(([field, direction]) => `${field}_${String(direction)}`)
    .join('_');
}
