import { OperationContext } from '@org/core';
import {
  ApplicationRepository,
  DocumentFields,
  type MalformedDocumentError,
} from '@org/core/store';
import {
  collect,
  createThrowawayDatabase,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { Long, type Document, type ObjectId } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import { note, noteDefinition, NoteModel, NoteRepository } from './notes.ts';

const context = OperationContext.anonymous('request-1');
const definition = {
  ...noteDefinition,
  fromBson: (document: object) => {
    NoteModel.fromBson(document);
    new DocumentFields(document, 'notes').booleanOr('pinned', false);
  },
};
const reported: MalformedDocumentError[] = [];
let throwaway: ThrowawayDatabase;
let audit: RecordingAuditTrail;
let audited: NoteRepository;
let unaudited: NoteRepository;

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({
    uri: inject('mongodbUri'),
    onMalformedDocument: (error) => reported.push(error),
  });
  const { database } = throwaway;
  audit = new RecordingAuditTrail();
  audited = new NoteRepository(database, definition, audit);
  unaudited = new NoteRepository(database, { ...definition, unaudited: 'everything' });
  await audited.onInitCollection();
});
beforeEach(async () => {
  await audited.collection().deleteMany({});
  audit.events.length = 0;
  reported.length = 0;
});
afterAll(async () => {
  await throwaway.remove();
});

const time = new Date(0);
/** Milliseconds; the driver cannot send it as a date. */
const FAR_AWAY = Long.fromString('9000000000000000000');

async function insert(fields: Document): Promise<ObjectId> {
  const document: Document = { ...note(''), created_at: time, updated_at: time, ...fields };
  const { insertedId } = await throwaway.database
    .collection<Document>('notes')
    .insertOne(document, { bypassDocumentValidation: true });
  if (fields['created_at'] === FAR_AWAY) {
    const toDate = [{ $set: { created_at: { $toDate: '$created_at' } } }];
    await audited.collection().updateOne({ _id: insertedId }, toDate);
  }
  return insertedId;
}

const MALFORMED: readonly [string, Document][] = [
  ['a field of another type', { title: 7 }],
  ['a text for a time', { title: 'x', created_at: 'today' }],
  ['a time that no Date can hold', { title: 'x', created_at: FAR_AWAY }],
  ['an id of another type', { title: 'x', _id: 'an id' }],
];

describe(`${ApplicationRepository.name}, where a document has`, () => {
  describe.each(MALFORMED)('%s', (_what, fields) => {
    it('omits it from every list', async () => {
      await insert({ title: 'a' });
      await insert(fields);
      await insert({ title: 'b' });

      const titles = (notes: readonly Document[]) => notes.map(({ title }) => title as unknown);
      expect(titles(await audited.find({}, context)).sort()).toEqual(['a', 'b']);
      expect(titles(await audited.aggregate([], context)).sort()).toEqual(['a', 'b']);
      const pages = await collect(audited.findInPages({}, context, { pageSize: 1 }));
      expect(titles(pages.flat()).sort()).toEqual(['a', 'b']);
      const page = await audited.findPage({}, context, { sort: { _id: 1 }, skip: 0, limit: 10 });
      expect(titles(page.items).sort()).toEqual(['a', 'b']);
    });

    it('finds none in its place, and leaves it as it is', async () => {
      const _id = await insert(fields);
      const before = await audited.collection().findOne({ _id });
      const change = { $set: { pinned: true } };

      expect(await audited.findOne({ _id }, context)).toBeUndefined();
      expect(await audited.findOneAndUpdate({ _id }, change, context)).toBeUndefined();

      expect(await audited.collection().findOne({ _id })).toEqual(before);
      expect(audit.events.filter(({ action }) => action === 'read')).toEqual([]);
      expect(await unaudited.findOneAndUpdate({ _id }, change, context)).toBeUndefined();
    });

    it('reports it by its collection and id', async () => {
      const _id = await insert(fields);
      const earlier = throwaway.database.malformedDocuments.get('notes') ?? 0;

      await audited.find({}, context);

      expect(reported).toMatchObject([{ collectionName: 'notes', documentId: String(_id) }]);
      expect(throwaway.database.malformedDocuments.get('notes')).toBe(earlier + 1);
    });

    it('still deletes and erases it', async () => {
      const { signal } = new AbortController();
      const erasure = { signal, forget: async () => undefined };
      await insert(fields);
      await audited.eraseMany({}, erasure, context);
      expect(await audited.collection().countDocuments()).toBe(0);

      await insert(fields);
      await audited.deleteMany({}, context);
      expect(await audited.collection().countDocuments()).toBe(0);
    });
  });

  it('fills a limited list with the documents that follow', async () => {
    for (const title of [1, 'a', 2, 3, 'b', 4, 'c', 5]) {
      await insert({ title });
    }
    const options = { sort: { _id: 1 }, limit: 2 } as const;

    const found = await audited.find({}, context, options);
    const rest = await audited.find({}, context, { ...options, skip: 5 });

    expect(found.map(({ title }) => title)).toEqual(['a', 'b']);
    expect(rest.map(({ title }) => title)).toEqual(['c']);
  });

  it('checks only the id of documents that are read in part', async () => {
    await insert({ title: 7 });
    await insert({ title: 'x', _id: 'an id' });
    await insert({ title: 8, pinned: true });

    const named = await audited.find({}, context, { projection: { pinned: 1 } });
    const others = await audited.find({}, context, { projection: { pinned: 0 } });

    expect(named).toHaveLength(2);
    expect(others).toEqual([]);
  });

  it('overwrites it where a document is stored in its place', async () => {
    const _id = await insert({ title: 'x', created_at: 'today', other: true });

    const stored = await audited.upsertOne(
      { title: 'x' },
      { $set: { pinned: true }, $setOnInsert: { reads: 0 } },
      context,
    );

    expect(stored).toMatchObject({ _id, title: 'x', pinned: true, reads: 0 });
    expect(await audited.findOne({ _id }, context)).toEqual(stored);
    expect(audit.events.map(({ action }) => action)).toEqual(['update']);
  });

  it('keeps what is well-formed of one that it overwrites', async () => {
    const created_at = new Date(1_000);
    const _id = await insert({
      title: 'x',
      pinned: 'yes',
      reads: 5,
      tags: { a: true },
      created_at,
    });

    const stored = await audited.upsertOne(
      { title: 'x' },
      { $set: { 'tags.b': false }, $inc: { reads: 2 }, $setOnInsert: { pinned: false } },
      context,
    );

    expect(stored).toMatchObject({ pinned: false, reads: 7, tags: { a: true, b: false } });
    expect(stored).toMatchObject({ created_at });
    expect(await audited.findOne({ _id }, context)).toEqual(stored);
    const [{ changes } = {}] = audit.events;
    expect(changes).toEqual({
      pinned: { old: 'yes', new: false },
      reads: { old: 5, new: 7 },
      tags: { old: { a: true }, new: { a: true, b: false } },
    });
  });

  it('stores another in the place of one with an id of another type', async () => {
    await insert({ title: 'x', _id: 'an id', reads: 5 });

    const stored = await audited.upsertOne({ title: 'x' }, { $set: { pinned: true } }, context);

    expect(stored).toMatchObject({ title: 'x', pinned: true, reads: 5 });
    expect(await audited.find({}, context)).toEqual([stored]);
  });

  it('drops what is malformed of one and not in the upsert', async () => {
    await insert({ title: 'x', pinned: 'yes' });

    const stored = await audited.upsertOne({ title: 'x' }, { $set: { reads: 1 } }, context);

    expect(stored).not.toHaveProperty('pinned');
    expect(await audited.find({}, context)).toEqual([stored]);
  });

  it('fills in what only a new document is given, of one that has it malformed or not at all', async () => {
    await insert({ title: 'x', pinned: 'yes', reads: null });

    const $setOnInsert = { pinned: true, reads: 3, 'tags.a': true };
    const repaired = await audited.upsertOne({ title: 'x' }, { $setOnInsert }, context);
    const created = await audited.upsertOne({ title: 'y' }, { $setOnInsert }, context);

    for (const stored of [repaired, created]) {
      expect(stored).toMatchObject({ pinned: true, reads: 3, tags: { a: true } });
      expect(await audited.findOne({ _id: stored._id }, context)).toEqual(stored);
    }
  });

  describe.each([null, 'many', [1], {}])('%j for a counter', (reads) => {
    const $inc = { reads: 2 };

    it('is counted from zero by an upsert, in the transaction of a caller too', async () => {
      await insert({ title: 'x', reads });
      await insert({ title: 'y', reads });
      await insert({ title: 'z', reads });

      const { reads: first } = await audited.upsertOne({ title: 'x' }, { $inc }, context);
      const { reads: second } = await unaudited.upsertOne({ title: 'y' }, { $inc }, context);
      const { reads: third } = await throwaway.database.withTransaction(
        context,
        async (transaction) => {
          await audited.insertOne(note('beside'), transaction);
          return audited.upsertOne({ title: 'z' }, { $inc }, transaction);
        },
      );

      expect([first, second, third]).toEqual([2, 2, 2]);
      expect(await audited.count({ reads: 2 }, context)).toBe(3);
      expect(await audited.count({ title: 'beside' }, context)).toBe(1);
    });

    it('is left as it is by other changes, which go on without it', async () => {
      await insert({ title: 'x', reads });

      const changed = await throwaway.database.withTransaction(context, async (transaction) => {
        const found = await unaudited.findOneAndUpdate({ title: 'x' }, { $inc }, transaction);
        await audited.insertOne(note('beside'), transaction);
        return [found, await audited.updateMany({ title: 'x' }, { $inc }, transaction)];
      });

      expect(changed).toEqual([undefined, 0]);
      expect(await audited.findOneAndUpdate({ title: 'x' }, { $inc }, context)).toBeUndefined();
      expect(await unaudited.findOneAndUpdate({ title: 'x' }, { $inc }, context)).toBeUndefined();
      expect(await audited.count({ title: 'beside' }, context)).toBe(1);
      expect(await audited.findOne({ title: 'x' }, context)).toMatchObject({ reads });
    });
  });

  it('leaves the rest of a transaction of the caller to its caller', async () => {
    const _id = await insert({ title: 7 });

    const found = await throwaway.database.withTransaction(context, async (transaction) => {
      await audited.insertOne(note('beside'), transaction);
      return audited.findOneAndUpdate({ _id }, { $set: { pinned: true } }, transaction);
    });

    expect(found).toBeUndefined();
    expect(await audited.count({ title: 'beside' }, context)).toBe(1);
  });
});
