import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import {
  MongoServerError,
  type CollationOptions,
  type Collection,
  type Db,
  type Document,
  type IndexDescription,
  type IndexDescriptionInfo,
} from 'mongodb';

import type {
  CollectionDefinition,
  CollectionReport,
  IndexConflict,
  IndexDefinition,
} from './collection-definition.ts';
import { findIndexConflict } from './index-conflict.ts';

const NAMESPACE_EXISTS = 48;
const INDEX_OPTIONS_CONFLICT = 85;
const DUPLICATE_KEY = 11000;

/** Other processes doing the same at the same moment make these; the same call then succeeds. */
const CONCURRENT_CHANGE_CODES = new Set<unknown>([
  20, // IllegalOperation: cannot build an index while the collection is being created
  46, // LockBusy
  112, // WriteConflict
  117, // ConflictingOperationInProgress
  276, // IndexBuildAborted
]);
const ATTEMPTS = 6;
const RETRY_DELAY_MILLISECONDS = 20;

/**
 * Creates a collection with its validator and indexes, or brings an existing one up to date.
 * Several processes may do so at once.
 */
export async function initializeCollection(
  database: Db,
  definition: CollectionDefinition,
): Promise<CollectionReport> {
  const existing = await findCollectionOptions(database, definition.name);
  if (existing === undefined) {
    await createCollection(database, definition);
  } else {
    await updateValidator(database, definition, existing);
  }
  const indexConflicts = await createIndexes(database, definition);
  return { collectionName: definition.name, indexConflicts };
}

async function findCollectionOptions(database: Db, name: string): Promise<Document | undefined> {
  const [collection] = await database.listCollections({ name }, { nameOnly: false }).toArray();
  return collection === undefined ? undefined : (collection.options ?? {});
}

async function createCollection(database: Db, definition: CollectionDefinition): Promise<void> {
  try {
    await retrying(() =>
      database.createCollection(definition.name, { validator: validatorOf(definition) }),
    );
  } catch (error) {
    // Another process was faster; it created the same, or will be brought up to date by its own.
    if (!hasCode(error, NAMESPACE_EXISTS)) {
      throw error;
    }
  }
}

async function updateValidator(
  database: Db,
  definition: CollectionDefinition,
  existing: Document,
): Promise<void> {
  const validator = validatorOf(definition);
  if (isDeepStrictEqual(existing['validator'], validator)) {
    return;
  }
  await retrying(() =>
    database.command({
      collMod: definition.name,
      validator,
      // Documents of another program may break our schema; moderate leaves them updatable.
      validationLevel: isOurs(existing, definition) ? 'strict' : 'moderate',
    }),
  );
}

/** Whether this package created the collection: it titles the schemas of those that it creates. */
function isOurs(existing: Document, definition: CollectionDefinition): boolean {
  const validator = existing['validator'] as { $jsonSchema?: { title?: string } } | undefined;
  return (
    validator?.$jsonSchema?.title === titleOf(definition) &&
    existing['validationLevel'] !== 'moderate'
  );
}

function validatorOf(definition: CollectionDefinition): Document {
  return { $jsonSchema: { title: titleOf(definition), ...definition.schema } };
}

function titleOf(definition: CollectionDefinition): string {
  return `@org ${definition.name}`;
}

async function createIndexes(
  database: Db,
  definition: CollectionDefinition,
): Promise<readonly IndexConflict[]> {
  const collection = database.collection(definition.name);
  if (definition.indexes.length === 0) {
    return [];
  }
  try {
    await retrying(() => collection.createIndexes(definition.indexes.map(describeIndex)));
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
    await retrying(() => collection.createIndexes([describeIndex(index)]));
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
  const actual = index['collation'] as CollationOptions | undefined;
  return wanted === undefined
    ? actual === undefined
    : actual?.locale === wanted.locale && actual.strength === wanted.strength;
}

function describeIndex(index: IndexDefinition): IndexDescription {
  return { key: { ...index.keys }, ...index.options };
}

async function retrying<Result>(operation: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await operation();
    } catch (error) {
      const isConcurrentChange =
        error instanceof MongoServerError && CONCURRENT_CHANGE_CODES.has(error.code);
      if (!isConcurrentChange || attempt === ATTEMPTS) {
        throw error;
      }
      await delay(randomInt(RETRY_DELAY_MILLISECONDS * 2 ** attempt));
    }
  }
}

function hasCode(error: unknown, code: number): boolean {
  return error instanceof MongoServerError && error.code === code;
}
