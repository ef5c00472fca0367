import { Database, type CollectionDefinition, type IndexDefinition } from '@org/core/store';
import { createThrowawayDatabase, type ThrowawayDatabase } from '@org/core/testing';
import type { CreateCollectionOptions, IndexDescription } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { NoteRepository } from './notes.ts';

let throwaway: ThrowawayDatabase;
let databases = 0;

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
});
afterAll(async () => {
  await throwaway.remove();
});

const FILTER = { active: true };
const CASELESS = { locale: 'en', strength: 2 };

const unique: IndexDefinition = {
  keys: { active: 1, title: 1 },
  options: { name: 'ours', unique: true, partialFilterExpression: FILTER, collation: CASELESS },
};
const plain: IndexDefinition = { keys: { title: 1, _id: -1 } };
const expiring: IndexDefinition = { keys: { ends_at: 1 }, options: { expireAfterSeconds: 60 } };

function definitionOf(index: IndexDefinition): CollectionDefinition {
  databases += 1;
  return { name: `notes_${databases}`, schema: { bsonType: 'object' }, indexes: [index] };
}

/** Another program's index, of the key, the name and the options of `index` unless told otherwise. */
function like(
  index: IndexDefinition,
  changes: Partial<Record<keyof IndexDescription, unknown>>,
): IndexDescription {
  const theirs = { key: { ...index.keys }, ...index.options, ...changes };
  return JSON.parse(JSON.stringify(theirs)) as IndexDescription;
}

async function initialize(definition: CollectionDefinition) {
  return new NoteRepository(throwaway.database, definition).onInitCollection();
}

async function listIndexes({ name }: CollectionDefinition) {
  const indexes = await throwaway.database.collection(name).listIndexes().toArray();
  return indexes.filter((index) => index.name !== '_id_');
}

describe('onInitCollection beside the indexes of another program', () => {
  it.each([
    ['other keys', unique, { key: { active: 1, username: 1 } }],
    ['keys in another order', unique, { key: { title: 1, active: 1 } }],
    ['the same key that is not unique', unique, { unique: false }],
    ['another filter', unique, { partialFilterExpression: { active: false } }],
    ['no filter', unique, { partialFilterExpression: undefined }],
    ['another collation', unique, { collation: { locale: 'en', strength: 1 } }],
    ['no collation', unique, { collation: undefined }],
    ['a sparse one', plain, { name: 'title_1__id_-1', sparse: true }],
    ['other keys under a default name', plain, { key: { subject: 1 }, name: 'title_1__id_-1' }],
    ['one that expires nothing', expiring, { name: 'ends_at_1', expireAfterSeconds: undefined }],
    ['one that expires sooner', expiring, { name: 'ends_at_1', expireAfterSeconds: 0 }],
    [
      'one of another name that expires sooner',
      expiring,
      { name: 'theirs', expireAfterSeconds: 0 },
    ],
    ['other keys that expire', expiring, { name: 'ends_at_1', key: { begins_at: 1 } }],
  ])('keeps %s, and builds ours, however often', async (_case, ours, changes) => {
    const definition = definitionOf(ours);
    const foreign = throwaway.database.collection(definition.name);
    await foreign.createIndexes([like(ours, changes)]);
    const [theirs] = await listIndexes(definition);

    const first = await initialize(definition);
    const built = await listIndexes(definition);
    const second = await initialize(definition);

    expect(first.indexConflicts).toEqual([]);
    expect(second).toEqual(first);
    expect(await listIndexes(definition)).toEqual(built);
    expect(built).toHaveLength(2);
    expect(built[0]).toEqual(theirs);
    const { name } = built[1]!;
    expect(built[1]).toMatchObject({ ...ours.options, name });
    expect(Object.keys(built[1]!.key)).toEqual(Object.keys(ours.keys));
  });

  it('expires documents beside two that do so at another time, one in each direction', async () => {
    const definition = definitionOf(expiring);
    const foreign = throwaway.database.collection(definition.name);
    await foreign.createIndexes([
      { key: { ends_at: 1 }, name: 'ends_at_1', expireAfterSeconds: 5 },
      { key: { ends_at: -1 }, name: 'ends_at_-1', expireAfterSeconds: 7 },
    ]);
    const theirs = await listIndexes(definition);

    await initialize(definition);
    await initialize(definition);

    const [first, second, ours, ...others] = await listIndexes(definition);
    expect([first, second]).toEqual(theirs);
    expect(ours).toMatchObject({ key: { ends_at: 1 }, expireAfterSeconds: 60 });
    expect(others).toEqual([]);
  });

  it.each([
    ['the same one', unique, { name: 'theirs' }],
    [
      'one whose filter is spelt differently',
      unique,
      { name: 'theirs', partialFilterExpression: { active: { $eq: true } } },
    ],
    [
      'one that expires what ours only finds',
      { keys: expiring.keys },
      { name: 'theirs', expireAfterSeconds: 5 },
    ],
    ['one that expires at the same time', expiring, { name: 'theirs' }],
  ])('takes %s for ours', async (_case, ours, changes) => {
    const definition = definitionOf(ours);
    const foreign = throwaway.database.collection(definition.name);
    await foreign.createIndexes([like(ours, changes)]);

    const { indexConflicts } = await initialize(definition);

    expect(indexConflicts).toEqual([]);
    expect(await listIndexes(definition)).toMatchObject([{ name: 'theirs' }]);
  });

  it('takes one with the default collation of the collection, spelt out', async () => {
    const definition = definitionOf({ keys: { title: 1 }, options: { name: 'ours' } });
    await throwaway.database.driver.createCollection(definition.name, { collation: CASELESS });
    const foreign = throwaway.database.collection(definition.name);
    await foreign.createIndexes([{ key: { title: 1 }, name: 'theirs', collation: CASELESS }]);

    await initialize(definition);

    expect(await listIndexes(definition)).toMatchObject([{ name: 'theirs' }]);
  });

  it('still names documents that collide under ours', async () => {
    const definition = definitionOf(unique);
    const foreign = throwaway.database.collection(definition.name);
    await foreign.createIndexes([{ key: { subject: 1 }, name: 'ours' }]);
    const { insertedIds } = await foreign.insertMany([
      { active: true, title: 'same' },
      { active: true, title: 'SAME' },
    ]);

    const { indexConflicts } = await initialize(definition);

    const ids = Object.values(insertedIds).map((id) => id.toHexString());
    expect(indexConflicts).toEqual([
      { collectionName: definition.name, indexName: 'ours', conflictingIds: [ids] },
    ]);
  });

  it('builds ours once when four processes begin at once', async () => {
    const definition = definitionOf(unique);
    const foreign = throwaway.database.collection(definition.name);
    await foreign.createIndexes([{ key: { subject: 1 }, name: 'ours' }]);
    const connection = { uri: inject('mongodbUri'), databaseName: throwaway.databaseName };
    const connections = await Promise.all(
      Array.from({ length: 4 }, () => Database.connect(connection)),
    );

    await Promise.all(
      connections.map((database) => new NoteRepository(database, definition).onInitCollection()),
    );

    expect(await listIndexes(definition)).toMatchObject([{ name: 'ours' }, { name: 'ours_org' }]);
    await Promise.all(connections.map((database) => database.close()));
  });

  it.each<[string, CreateCollectionOptions]>([
    ['a view', { viewOn: 'elsewhere', pipeline: [] }],
    ['a time series', { timeseries: { timeField: 'created_at' } }],
    ['a capped collection', { capped: true, size: 4_096 }],
  ])('says that %s cannot be used', async (kind, options) => {
    const definition = definitionOf(plain);
    await throwaway.database.driver.createCollection(definition.name, options);

    await expect(initialize(definition)).rejects.toThrow(`${definition.name} is ${kind} there`);
  });
});
