import { OperationContext } from '@org/core';
import { Database } from '@org/core/store';
import { createThrowawayDatabase, type ThrowawayDatabase } from '@org/core/testing';
import { MongoServerError } from 'mongodb';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';

import { note, noteDefinition, NoteRepository } from './notes.ts';

const context = OperationContext.anonymous('request-1');
let throwaway: ThrowawayDatabase;
let notes: NoteRepository;

beforeEach(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
  notes = new NoteRepository(throwaway.database);
});
afterEach(async () => {
  await throwaway.remove();
});

async function readOptions() {
  const collections = throwaway.database.driver.listCollections(
    { name: 'notes' },
    { nameOnly: false },
  );
  const [collection] = await collections.toArray();
  return collection!.options!;
}

async function readIndexNames() {
  const indexes = await notes.collection().listIndexes().toArray();
  return indexes.map(({ name }) => name as string).sort();
}

const ALL_INDEXES = ['_id_', 'note_title_unique', 'pinned_1_created_at_-1'];

describe('onInitCollection', () => {
  it.each([
    ['a field', { properties: { account_id: {} } }, ['account_id']],
    ['a nested field', { properties: { to: { properties: { accountId: {} } } } }, ['to.accountId']],
    [
      'items',
      { properties: { members: { items: { properties: { owner_id: {} } } } } },
      ['members.owner_id'],
    ],
    ['a field of another name', { properties: { accounting: {}, discount_id: {} } }, []],
  ])('finds references to accounts in %s', async (_, schema, fields) => {
    const repository = new NoteRepository(throwaway.database, { ...noteDefinition, schema });

    expect((await repository.onInitCollection()).accountFields).toEqual(fields);
  });

  it('counts a collection whose documents have an owner among them', async () => {
    const owned = { ...noteDefinition, schema: {}, ownerOf: () => 'ada' };
    const repository = new NoteRepository(throwaway.database, owned);

    expect((await repository.onInitCollection()).accountFields).toEqual(['_id']);
  });

  const stricter = { ...noteDefinition.schema, required: ['title', 'pinned'] };
  it.each([
    ['changing the validator', { schema: stricter }],
    ['building an index', { indexes: [{ keys: { pinned: 1 } }] }],
  ] as const)('holds up nobody while a transaction keeps it from %s', async (_what, change) => {
    await notes.onInitCollection();
    const { database } = throwaway;
    const changed = new NoteRepository(database, { ...noteDefinition, ...change });
    const command = vi.spyOn(database.driver, 'command');
    let changing: Promise<unknown> | undefined;

    await database.withTransaction(context, async (transaction) => {
      await notes.insertOne(note('kept open'), transaction);
      changing ??= changed.onInitCollection();
      // It is refused, and tries again.
      for (let number = 1; command.mock.calls.length < 2; number += 1) {
        await notes.insertOne(note(`number ${number}`), context);
      }
    });
    await changing;

    const { validator } = await readOptions();
    const isIndexed = await database.collection('notes').indexExists('pinned_1');
    expect({ required: validator.$jsonSchema.required, isIndexed }).toEqual(
      'schema' in change
        ? { required: ['title', 'pinned'], isIndexed: false }
        : { required: noteDefinition.schema?.['required'], isIndexed: true },
    );
  });

  const indexes = [{ keys: { pinned: 1 } }] as const;
  it.each([
    ['waits if only the name is there', { key: { text: 1 }, name: 'pinned_1' }, true],
    ['waits if its filter is another', { partialFilterExpression: { text: 'x' } }, true],
    ['waits if its collation is another', { collation: { locale: 'de' } }, true],
    ['waits if it is unique', { unique: true }, true],
    ['does not wait if it is there', {}, false],
    ['does not wait if it is there and expires', { expireAfterSeconds: 60 }, false],
  ])('before it builds an index beside one of another program, %s', async (_, theirs, waits) => {
    await notes.onInitCollection();
    const { database } = throwaway;
    await database.driver.command({
      createIndexes: 'notes',
      indexes: [{ key: { pinned: 1 }, name: 'theirs', ...theirs }],
    });
    const command = vi.spyOn(database.driver, 'command');

    await new NoteRepository(database, { ...noteDefinition, indexes }).onInitCollection();

    expect(command.mock.calls.some(([change]) => 'collMod' in change)).toBe(waits);
  });

  it('builds an index without waiting if it may not change the collection', async () => {
    await notes.onInitCollection();
    const { database } = throwaway;
    const refusal = new MongoServerError({ code: 13, message: 'not authorized' });
    vi.spyOn(database.driver, 'command').mockRejectedValue(refusal);

    await new NoteRepository(database, { ...noteDefinition, indexes }).onInitCollection();

    expect(await readIndexNames()).toContain('pinned_1');
  });

  it('names the privilege that it lacks to change the validator', async () => {
    await notes.onInitCollection();
    const { database } = throwaway;
    const refusal = new MongoServerError({ code: 13, message: 'not authorized' });
    vi.spyOn(database.driver, 'command').mockRejectedValue(refusal);
    const changed = new NoteRepository(database, { ...noteDefinition, schema: stricter });

    await expect(changed.onInitCollection()).rejects.toThrow(
      'The MongoDB user lacks the privilege collMod on notes. Grant it the roles readWrite and dbAdmin on this database.',
    );
  });

  it('creates the collection with validator and indexes', async () => {
    const report = await notes.onInitCollection();

    expect(report).toEqual({ collectionName: 'notes', accountFields: [], indexConflicts: [] });
    expect(await readOptions()).toMatchObject({
      validator: { $jsonSchema: { required: ['title'] } },
    });
    expect(await readIndexNames()).toEqual(ALL_INDEXES);
  });

  it('succeeds over four connections at once, however often', async () => {
    const connection = { uri: inject('mongodbUri'), databaseName: throwaway.databaseName };
    const connections = await Promise.all(
      Array.from({ length: 4 }, () => Database.connect(connection)),
    );
    for (let round = 0; round < 15; round += 1) {
      const definition = { ...noteDefinition, name: `notes_${round}` };
      const repositories = connections.map((database) => new NoteRepository(database, definition));

      const reports = await Promise.all(
        repositories.map((repository) => repository.onInitCollection()),
      );

      expect(reports.every(({ indexConflicts }) => indexConflicts.length === 0)).toBe(true);
      const collection = throwaway.database.collection(`notes_${round}`);
      expect(await collection.listIndexes().toArray()).toHaveLength(3);
    }
    await Promise.all(connections.map((database) => database.close()));
  });

  it('leaves an up-to-date collection as it is', async () => {
    await notes.onInitCollection();
    const before = await readOptions();

    await notes.onInitCollection();

    expect(await readOptions()).toEqual(before);
    expect(before['validationLevel']).toBe('moderate');
  });

  it('gives no validator where the documents are shaped by a foreign library', async () => {
    const { name, indexes } = noteDefinition;
    const foreign = new NoteRepository(throwaway.database, { name, indexes });

    await foreign.onInitCollection();
    await foreign.onInitCollection();

    expect(await readOptions()).toEqual({});
    expect(await readIndexNames()).toContain('note_title_unique');
  });

  it('widens the validator of a collection of its own', async () => {
    await notes.onInitCollection();
    const wider = { ...noteDefinition, schema: { bsonType: 'object' } };

    await new NoteRepository(throwaway.database, wider).onInitCollection();

    const options = await readOptions();
    expect(options['validator'].$jsonSchema.required).toBeUndefined();
    expect(options['validationLevel']).toBe('moderate');
  });

  it('lets a malformed document of a collection of its own be changed, but no other become so', async () => {
    await notes.onInitCollection();
    await throwaway.database.driver.command({ collMod: 'notes', validationLevel: 'strict' });
    const documents = throwaway.database.driver.collection('notes');
    await documents.insertOne({ title: 7 }, { bypassDocumentValidation: true });
    await documents.insertOne({ title: 'ours' });

    await notes.onInitCollection();

    await documents.updateOne({ title: 7 }, { $set: { pinned: true } });
    expect(await documents.countDocuments({ title: 7, pinned: true })).toBe(1);
    const broken = documents.updateOne({ title: 'ours' }, { $set: { title: 8 } });
    await expect(broken).rejects.toMatchObject({ code: 121 });
  });

  it('lets documents of another program be changed that break the schema', async () => {
    const foreign = throwaway.database.driver.collection('notes');
    await foreign.insertOne({ subject: 'theirs' });

    await notes.onInitCollection();

    expect(await readOptions()).toMatchObject({ validationLevel: 'moderate' });
    await foreign.updateOne({ subject: 'theirs' }, { $set: { subject: 'still theirs' } });
    await expect(foreign.insertOne({ subject: 'a new one' })).rejects.toMatchObject({ code: 121 });
  });

  it('stays moderate at the next start', async () => {
    await throwaway.database.driver.collection('notes').insertOne({ subject: 'theirs' });
    await notes.onInitCollection();
    const wider = { ...noteDefinition, schema: { bsonType: 'object' } };

    await new NoteRepository(throwaway.database, wider).onInitCollection();

    expect(await readOptions()).toMatchObject({ validationLevel: 'moderate' });
  });

  it('accepts an index of the same key and options under another name', async () => {
    await notes.collection().createIndexes([{ key: { title: 1 }, name: 'theirs', unique: true }]);

    const { indexConflicts } = await notes.onInitCollection();

    expect(indexConflicts).toEqual([]);
    expect(await readIndexNames()).toEqual(['_id_', 'pinned_1_created_at_-1', 'theirs']);
  });

  it('names documents that collide under a unique index, and builds the others', async () => {
    const collection = notes.collection();
    const first = await notes.insertOne(note('same'), context);
    const second = await notes.insertOne(note('same'), context);
    await notes.insertOne(note('other'), context);

    const { indexConflicts } = await notes.onInitCollection();

    expect(indexConflicts).toEqual([
      {
        collectionName: 'notes',
        indexName: 'note_title_unique',
        conflictingIds: [[first._id.toHexString(), second._id.toHexString()]],
      },
    ]);
    expect(await readIndexNames()).toEqual(['_id_', 'pinned_1_created_at_-1']);
    expect(await collection.countDocuments()).toBe(3);
  });
});
