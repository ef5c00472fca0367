import { OperationContext } from '@org/core';
import { ApplicationRepository, DuplicateKeyError, parseObjectId } from '@org/core/store';
import { createThrowawayDatabase, FakeClock, type ThrowawayDatabase } from '@org/core/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import { note, NoteRepository } from './notes.ts';

const context = OperationContext.anonymous('request-1');
const clock = new FakeClock();
let throwaway: ThrowawayDatabase;
let notes: NoteRepository;

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri'), clock });
  notes = new NoteRepository(throwaway.database);
  await notes.onInitCollection();
});
beforeEach(async () => {
  await notes.collection().deleteMany({});
});
afterAll(async () => {
  await throwaway.remove();
});

describe(ApplicationRepository, () => {
  describe('insertOne', () => {
    it('stores the document with the times of the clock, also in its id', async () => {
      const stored = await notes.insertOne(note('first'), context);

      expect(stored).toMatchObject({
        title: 'first',
        created_at: clock.now(),
        updated_at: clock.now(),
      });
      expect(stored._id.getTimestamp()).toEqual(clock.now());
      expect(await notes.findOne({ _id: stored._id }, context)).toEqual(stored);
    });

    it('keeps an id that is given', async () => {
      const id = parseObjectId('64b000000000000000000001')!;

      const stored = await notes.insertOne({ _id: id, ...note('first') }, context);

      expect(stored._id).toEqual(id);
    });

    it('names the fields of the unique index that refuses', async () => {
      await notes.insertOne(note('first'), context);

      const again = notes.insertOne(note('first'), context);

      await expect(again).rejects.toThrow(DuplicateKeyError);
      await expect(again).rejects.toMatchObject({ fields: ['title'] });
      expect(await notes.count({}, context)).toBe(1);
    });

    it('refuses what breaks the schema', async () => {
      const broken = { ...note('first'), title: 42 as unknown as string };

      await expect(notes.insertOne(broken, context)).rejects.toMatchObject({ code: 121 });
      expect(await notes.count({}, context)).toBe(0);
    });
  });

  describe('find, findPage and count', () => {
    beforeEach(async () => {
      for (const title of ['a', 'b', 'c', 'd', 'e']) {
        await notes.insertOne(note(title), context);
      }
    });

    it('finds what matches, sorted and limited', async () => {
      const found = await notes.find({}, context, { sort: { title: -1 }, limit: 2 });

      expect(found.map(({ title }) => title)).toEqual(['e', 'd']);
    });

    it('returns one page and how many there are in all', async () => {
      const page = await notes.findPage({ title: { $gt: 'a' } }, context, {
        sort: { title: 1 },
        skip: 1,
        limit: 2,
      });

      expect(page.items.map(({ title }) => title)).toEqual(['c', 'd']);
      expect(page.totalCount).toBe(4);
    });

    it('returns an empty page behind the last', async () => {
      const page = await notes.findPage({}, context, { sort: { title: 1 }, skip: 5, limit: 2 });

      expect(page).toEqual({ items: [], totalCount: 5 });
    });

    it('returns undefined for no match', async () => {
      expect(await notes.findOne({ title: 'z' }, context)).toBeUndefined();
    });
  });

  describe('findOneAndUpdate', () => {
    it('returns the document after the change, with its new time', async () => {
      const stored = await notes.insertOne(note('first'), context);
      clock.advance(60_000);

      const changed = await notes.findOneAndUpdate(
        { _id: stored._id },
        { $set: { pinned: true }, $inc: { reads: 1 } },
        context,
      );

      expect(changed).toEqual({ ...stored, pinned: true, reads: 1, updated_at: clock.now() });
    });

    it('changes nothing and stores nothing without a match', async () => {
      const update = { $set: { pinned: true } };

      expect(await notes.findOneAndUpdate({ title: 'z' }, update, context)).toBeUndefined();
      expect(await notes.count({}, context)).toBe(0);
    });
  });

  describe('upsertOne', () => {
    it('stores the first time and changes the second', async () => {
      const update = { $set: { pinned: true }, $setOnInsert: { reads: 7 } };
      const stored = await notes.upsertOne({ title: 'first' }, update, context);
      clock.advance(60_000);

      const changed = await notes.upsertOne(
        { title: 'first' },
        { $set: { pinned: false } },
        context,
      );

      expect(stored).toMatchObject({ title: 'first', pinned: true, reads: 7 });
      expect(stored._id.getTimestamp()).toEqual(stored.created_at);
      expect(changed).toEqual({ ...stored, pinned: false, updated_at: clock.now() });
      expect(changed.created_at).not.toEqual(changed.updated_at);
    });
  });

  describe('updateMany and deleteOne', () => {
    it('tells how many matched, and whether one was deleted', async () => {
      await notes.insertOne(note('a'), context);
      await notes.insertOne(note('b'), context);

      expect(await notes.updateMany({}, { $set: { pinned: true } }, context)).toBe(2);
      expect(await notes.count({ pinned: true }, context)).toBe(2);
      expect(await notes.deleteOne({ title: 'a' }, context)).toBe(true);
      expect(await notes.deleteOne({ title: 'a' }, context)).toBe(false);
      expect(await notes.count({}, context)).toBe(1);
    });
  });
});
