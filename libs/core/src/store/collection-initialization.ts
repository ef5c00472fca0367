import { isDeepStrictEqual } from 'node:util';

import type { Db, Document } from 'mongodb';

import type { CollectionDefinition, CollectionReport } from './collection-definition.ts';
import {
  BRIEFLY,
  changeWhenFree,
  hasCode,
  retryingConcurrentChanges,
} from './concurrent-changes.ts';
import type { Database } from './database.ts';
import { MissingPrivilegeError, UnusableCollectionError } from './errors.ts';
import { createIndexes, UNAUTHORIZED, untilIndexesCanBeBuilt } from './index-initialization.ts';

const NAMESPACE_EXISTS = 48;

/**
 * Creates or updates the collection. Safe to run in several processes at once.
 *
 * @throws MissingPrivilegeError if the MongoDB user may not do that
 */
export async function initializeCollection(
  database: Db,
  definition: CollectionDefinition,
): Promise<CollectionReport> {
  const existing = await findCollectionOptions(database, definition.name);
  if (existing === undefined) {
    await withPrivilege('createCollection', definition, () =>
      createCollection(database, definition),
    );
  } else {
    assertUsable(definition.name, existing);
    await updateValidator(database, definition, existing);
    await untilIndexesCanBeBuilt(database, definition);
  }
  const indexConflicts = await withPrivilege('createIndex', definition, () =>
    createIndexes(database.collection(definition.name), definition.indexes),
  );
  const fields = findAccountFields(definition.schema);
  const accountFields = definition.ownerOf === undefined || fields.length > 0 ? fields : ['_id'];
  return { collectionName: definition.name, accountFields, indexConflicts };
}

/** Such as `account_id` and `receiver.accountId`. */
const ACCOUNT_FIELD = /^(?:account|owner)(?:_?ids?)?$/i;

function findAccountFields(schema: Document = {}, path = ''): readonly string[] {
  const { properties = {}, items } = schema as {
    readonly properties?: Readonly<Record<string, Document>>;
    readonly items?: Document;
  };
  const nested = items === undefined ? [] : findAccountFields(items, path);
  return Object.entries(properties).reduce<readonly string[]>(
    (found, [name, property]) => [
      ...found,
      ...(ACCOUNT_FIELD.test(name) ? [`${path}${name}`] : []),
      ...findAccountFields(property, `${path}${name}.`),
    ],
    nested,
  );
}

const listings = new WeakMap<Db, Promise<Map<string, Document>>>();

/** Simultaneous requests share one listing. */
async function findCollectionOptions(database: Db, name: string): Promise<Document | undefined> {
  let listing = listings.get(database);
  if (listing === undefined) {
    listing = listCollectionOptions(database).finally(() => listings.delete(database));
    listings.set(database, listing);
  }
  return (await listing).get(name);
}

async function listCollectionOptions(database: Db): Promise<Map<string, Document>> {
  const collections = await database.listCollections({}, { nameOnly: false }).toArray();
  return new Map(collections.map(({ name, options }) => [name, options ?? {}]));
}

/** A view cannot be written to, and the others not in a transaction. */
const UNUSABLE = { viewOn: 'a view', timeseries: 'a time series', capped: 'a capped collection' };

function assertUsable(name: string, options: Document): void {
  const kind = Object.entries(UNUSABLE).find(([option]) => Boolean(options[option]))?.[1];
  if (kind !== undefined) {
    throw new UnusableCollectionError(name, kind);
  }
}

async function createCollection(database: Db, definition: CollectionDefinition): Promise<void> {
  try {
    await retryingConcurrentChanges(() =>
      database.createCollection(
        definition.name,
        definition.schema === undefined ? {} : validationOf(definition),
      ),
    );
  } catch (error) {
    // Another process was faster; it created the same, or will update the collection to its own
    // definition.
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
  const { validator, validationLevel } = existing as Readonly<Record<string, unknown>>;
  const validation = validationOf(definition);
  if (
    definition.schema === undefined ||
    isDeepStrictEqual({ validator, validationLevel }, validation)
  ) {
    return;
  }
  await withPrivilege('collMod', definition, () =>
    changeWhenFree(() => database.command({ collMod: definition.name, ...validation, ...BRIEFLY })),
  );
}

/** Names what the server's own refusal buries in the whole command. */
async function withPrivilege<Result>(
  privilege: string,
  { name }: Pick<CollectionDefinition, 'name'>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw hasCode(error, UNAUTHORIZED) ? new MissingPrivilegeError(name, privilege) : error;
  }
}

/** Collections with another program's validator, which may reject our writes. */
export async function findForeignValidators(
  database: Database,
  names: readonly string[],
): Promise<readonly string[]> {
  const collections = await database.run(() =>
    database.driver.listCollections({ name: { $in: [...names] } }, { nameOnly: false }).toArray(),
  );
  return collections
    .filter(({ name, options }) => {
      const validator = options?.['validator'] as Validator | undefined;
      return validator !== undefined && validator.$jsonSchema?.title !== titleOf({ name });
    })
    .map(({ name }) => name)
    .sort();
}

interface Validator {
  readonly $jsonSchema?: { readonly title?: string };
}

/**
 * Our schemas have a title. Another program's documents may break them; `moderate` keeps those
 * updatable, so that they can still be ended and erased.
 */
function validationOf(definition: CollectionDefinition): Document {
  const validator = { $jsonSchema: { title: titleOf(definition), ...definition.schema } };
  return { validator, validationLevel: 'moderate' };
}

function titleOf({ name }: Pick<CollectionDefinition, 'name'>): string {
  return `@org ${name}`;
}
