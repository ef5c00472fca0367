import { isDeepStrictEqual } from 'node:util';

import type {
  CollationOptions,
  Collection,
  Db,
  IndexDescription,
  IndexDescriptionInfo,
} from 'mongodb';

import type {
  CollectionDefinition,
  IndexConflict,
  IndexDefinition,
} from './collection-definition.ts';
import { hasCode, retryingConcurrentChanges } from './concurrent-changes.ts';
import { findIndexConflict } from './index-conflict.ts';

const INDEX_OPTIONS_CONFLICT = 85;
const DUPLICATE_KEY = 11000;

/** Builds the indexes of a collection. Unique ones that documents collide under are returned. */
export async function createIndexes(
  database: Db,
  definition: CollectionDefinition,
): Promise<readonly IndexConflict[]> {
  const collection = database.collection(definition.name);
  if (definition.indexes.length === 0) {
    return [];
  }
  try {
    await retryingConcurrentChanges(() =>
      collection.createIndexes(definition.indexes.map(describeIndex)),
    );
    return [];
  } catch (error) {
    if (!hasCode(error, INDEX_OPTIONS_CONFLICT) && !hasCode(error, DUPLICATE_KEY)) {
      throw error;
    }
  }
  const conflicts: IndexConflict[] = [];
  for (const index of definition.indexes) {
    const conflict = await createIndex(database, definition.name, index);
    if (conflict !== undefined) {
      conflicts.push(conflict);
    }
  }
  return conflicts;
}

async function createIndex(
  database: Db,
  collectionName: string,
  index: IndexDefinition,
): Promise<IndexConflict | undefined> {
  const collection = database.collection(collectionName);
  try {
    await retryingConcurrentChanges(() => collection.createIndexes([describeIndex(index)]));
  } catch (error) {
    if (hasCode(error, DUPLICATE_KEY)) {
      return findIndexConflict(collection, index);
    }
    const serves =
      hasCode(error, INDEX_OPTIONS_CONFLICT) && (await hasEquivalentIndex(collection, index));
    if (!serves) {
      throw error;
    }
  }
  return undefined;
}

/** Whether an index of the same key and options exists under another name; it serves as well. */
async function hasEquivalentIndex(
  collection: Collection,
  index: IndexDefinition,
): Promise<boolean> {
  const existing = await collection.listIndexes().toArray();
  return existing.some(
    (candidate: IndexDescriptionInfo) =>
      isDeepStrictEqual(Object.entries(candidate.key), Object.entries(index.keys)) &&
      (candidate.unique ?? false) === (index.options?.unique ?? false) &&
      candidate['expireAfterSeconds'] === index.options?.expireAfterSeconds &&
      hasCollation(candidate, index.options?.collation) &&
      isDeepStrictEqual(
        candidate['partialFilterExpression'],
        index.options?.partialFilterExpression,
      ),
  );
}

/** The server lists a collation with all its defaults. */
function hasCollation(index: IndexDescriptionInfo, wanted: CollationOptions | undefined): boolean {
  const actual = index['collation'];
  return wanted === undefined
    ? actual === undefined
    : actual?.locale === wanted.locale && actual.strength === wanted.strength;
}

function describeIndex(index: IndexDefinition): IndexDescription {
  return { key: { ...index.keys }, ...index.options };
}
