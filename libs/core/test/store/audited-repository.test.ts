import { OperationContext } from '@org/core';
import { ApplicationRepository, DuplicateKeyError } from '@org/core/store';
import {
  createThrowawayDatabase,
  FakeClock,
  RecordingAuditTrail,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { ObjectId, type CommandStartedEvent } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import { note, noteDefinition, NoteRepository } from './notes.ts';

const context = OperationContext.create({
  actor: { type: 'account', id: '64b000000000000000000001' },
  requestId: 'request-1',
});
const clock = new FakeClock();
let throwaway: ThrowawayDatabase;
let audit: RecordingAuditTrail;
let notes: NoteRepository;
const commands: string[] = [];

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({
    uri: inject('mongodbUri'),
    clock,
    monitorCommands: true,
  });
  await new NoteRepository(throwaway.database).onInitCollection();
  throwaway.database.client.on('commandStarted', ({ commandName }) => commands.push(commandName));
});
beforeEach(async () => {
  audit = new RecordingAuditTrail();
  notes = new NoteRepository(throwaway.database, noteDefinition, audit);
  await notes.collection().deleteMany({});
  commands.length = 0;
});
afterAll(async () => {
  await throwaway.remove();
});

function recorded() {
  return audit.events.map(({ resourceType, resourceId, action, changes }) =>
    changes === undefined
      ? { resourceType, resourceId, action }
      : { resourceType, resourceId, action, changes },
  );
}

describe(ApplicationRepository, () => {
  describe('the record of a change', () => {
    it('says what an inserted document holds', async () => {
      const { _id } = await notes.insertOne(note('first'), context);

      expect(recorded()).toEqual([
        {
          resourceType: 'notes',
          resourceId: _id.toHexString(),
          action: 'create',
          changes: {
            title: { old: null, new: 'first' },
            pinned: { old: null, new: false },
            reads: { old: null, new: 0 },
          },
        },
      ]);
    });

    it('says what an update changed, and nothing that stayed', async () => {
      const { _id } = await notes.insertOne(note('first'), context);
      audit.events.length = 0;

      const after = await notes.findOneAndUpdate(
        { _id },
        { $set: { title: 'second', pinned: false }, $inc: { reads: 2 } },
        context,
      );

      expect(after).toEqual(await notes.collection().findOne({ _id }));
      expect(recorded()).toMatchObject([
        {
          action: 'update',
          changes: { title: { old: 'first', new: 'second' }, reads: { old: 0, new: 2 } },
        },
      ]);
      expect(Object.keys(audit.events[0]!.changes!)).toEqual(['title', 'reads']);
    });

    it('is none when no document matched', async () => {
      const changed = await notes.findOneAndUpdate(
        { title: 'absent' },
        { $set: { pinned: true } },
        context,
      );

      expect(changed).toBeUndefined();
      expect(recorded()).toEqual([]);
    });

    it('tells an upsert that created from one that changed', async () => {
      const created = await notes.upsertOne(
        { title: 'first' },
        { $set: { pinned: true }, $setOnInsert: { reads: 0 } },
        context,
      );
      const changed = await notes.upsertOne(
        { title: 'first' },
        { $set: { pinned: false } },
        context,
      );

      expect(created._id).toEqual(changed._id);
      expect(await notes.collection().findOne({})).toEqual(changed);
      expect(recorded().map(({ action }) => action)).toEqual(['create', 'update']);
      expect(recorded()[1]!.changes).toEqual({ pinned: { old: true, new: false } });
    });

    it('is one per document for many', async () => {
      await notes.insertMany([note('first'), note('second'), note('third')], context);
      audit.events.length = 0;

      const updated = await notes.updateMany({}, { $set: { pinned: true } }, context);
      const deleted = await notes.deleteMany({ title: { $ne: 'third' } }, context);

      expect([updated, deleted]).toEqual([3, 2]);
      expect(await notes.count({}, context)).toBe(1);
      expect(recorded().map(({ action }) => action)).toEqual([
        ...Array<string>(3).fill('update'),
        ...Array<string>(2).fill('delete'),
      ]);
    });

    it('says what a deleted document held', async () => {
      const { _id } = await notes.insertOne(note('first'), context);
      audit.events.length = 0;

      expect(await notes.deleteOne({ _id }, context)).toBe(true);

      expect(recorded()).toMatchObject([
        { action: 'delete', changes: { title: { old: 'first', new: null } } },
      ]);
    });

    it('follows a dotted path without touching the document that was read', async () => {
      const nested = new NoteRepository(throwaway.database, noteDefinition, audit);
      const { _id } = await nested.insertOne(note('first'), context);
      const set = (path: string, value: number) =>
        nested.findOneAndUpdate({ _id }, { $set: { [path]: value } }, context);
      await set('place.shelf', 1);
      audit.events.length = 0;

      const after = await set('place.row', 2);

      expect(after).toEqual(await nested.collection().findOne({ _id }));
      expect(recorded()[0]!.changes).toEqual({
        place: { old: { shelf: 1 }, new: { shelf: 1, row: 2 } },
      });
    });

    it('cannot be had for an operator whose outcome is not known here', async () => {
      const { _id } = await notes.insertOne(note('first'), context);

      const update = notes.findOneAndUpdate({ _id }, { $mul: { reads: 2 } }, context);

      await expect(update).rejects.toThrow(/\$set, \$setOnInsert, \$unset, \$inc; not \$mul/);
      expect(await notes.findOne({ _id }, context)).toMatchObject({ reads: 0 });
    });
  });

  describe('a change and its record', () => {
    it('are stored together: no change without a record', async () => {
      audit.record = async () => {
        throw new Error('the audit log is full');
      };

      await expect(notes.insertOne(note('first'), context)).rejects.toThrow(
        'the audit log is full',
      );

      expect(await notes.count({}, context)).toBe(0);
    });

    it('join the transaction of the context', async () => {
      await throwaway.database
        .withTransaction(context, async (transaction) => {
          await notes.insertOne(note('first'), transaction);
          expect(audit.events[0]!.context.transaction).toBe(transaction.transaction);
          throw new Error('changed my mind');
        })
        .catch(() => undefined);

      expect(await notes.count({}, context)).toBe(0);
    });

    it('cost the record and the commit, where no transaction is open', async () => {
      const { _id } = await notes.insertOne(note('first'), context);
      commands.length = 0;

      await notes.findOneAndUpdate({ _id }, { $set: { pinned: true } }, context);

      // The trail of this test stores nothing; a real one adds its insert.
      expect(commands).toEqual(['findAndModify', 'commitTransaction']);
    });
  });

  describe('an exempt collection', () => {
    it('records nothing and opens no transaction', async () => {
      const exempt = new NoteRepository(
        throwaway.database,
        { ...noteDefinition, unaudited: 'everything' },
        audit,
      );

      const { _id } = await exempt.insertOne(note('first'), context);
      await exempt.findOneAndUpdate({ _id }, { $mul: { reads: 2 } }, context);
      await exempt.upsertOne({ title: 'second' }, { $set: { pinned: true } }, context);
      await exempt.updateMany({}, { $set: { pinned: true } }, context);
      await exempt.deleteOne({ _id }, context);
      await exempt.deleteMany({}, context);

      expect(recorded()).toEqual([]);
      expect(commands).not.toContain('commitTransaction');
    });

    it('may be exempt in some fields only', async () => {
      const counting = new NoteRepository(
        throwaway.database,
        { ...noteDefinition, unaudited: { fields: ['reads'] } },
        audit,
      );
      const { _id } = await counting.insertOne(note('first'), context);
      audit.events.length = 0;

      await counting.findOneAndUpdate({ _id }, { $inc: { reads: 1 } }, context);
      expect(recorded()).toEqual([]);
      await counting.findOneAndUpdate(
        { _id },
        { $inc: { reads: 1 }, $set: { pinned: true } },
        context,
      );
      expect(recorded()).toHaveLength(1);
    });
  });

  describe('reading personal data', () => {
    const owner = context.actor.id!;
    const definition = { ...noteDefinition, ownerOf: () => owner };

    function readAs(actor: OperationContext['actor'], trail = audit) {
      const personal = new NoteRepository(throwaway.database, definition, trail);
      return personal.find({}, context.withActor(actor));
    }

    beforeEach(async () => {
      await notes.insertOne(note('first'), context);
      audit.events.length = 0;
    });

    it.each([
      ['another account', { type: 'account', id: '64b000000000000000000002' }],
      ['a job', { type: 'job', id: 'erase' }],
      ['a worker', { type: 'worker', id: 'w1' }],
    ] as const)('is recorded of %s', async (_who, actor) => {
      await readAs(actor);

      expect(recorded()).toMatchObject([{ resourceType: 'notes', action: 'read' }]);
    });

    it('is recorded where an aggregation reads it', async () => {
      const personal = new NoteRepository(throwaway.database, definition, audit);

      const found = await personal.aggregate(
        [{ $match: { title: 'first' } }, { $project: { title: 1 } }],
        context.withActor({ type: 'job', id: 'erase' }),
      );

      expect(found).toEqual([{ _id: expect.anything(), title: 'first' }]);
      expect(recorded()).toMatchObject([{ resourceType: 'notes', action: 'read' }]);
    });

    it('is not recorded of the owner, unless it is to be', async () => {
      await readAs(context.actor);
      expect(recorded()).toEqual([]);

      const trail = new RecordingAuditTrail({ recordsOwnerReads: true });
      await readAs(context.actor, trail);
      expect(trail.events).toHaveLength(1);
    });

    it('is not recorded of the anonymous, whose logins and sign-ups are', async () => {
      await readAs({ type: 'anonymous', id: null });

      expect(recorded()).toEqual([]);
    });
  });

  it('creates one document of parallel upserts', async () => {
    const upserts = Array.from({ length: 10 }, (_, index) =>
      notes.upsertOne({ title: 'same' }, { $set: { reads: index } }, context),
    );

    const ids = new Set((await Promise.all(upserts)).map(({ _id }) => _id.toHexString()));

    expect(ids.size).toBe(1);
    expect(await notes.count({}, context)).toBe(1);
  });

  it('upserts under the id of the filter', async () => {
    const _id = new ObjectId();

    const stored = await notes.upsertOne({ _id, title: 'first' }, { $set: { reads: 1 } }, context);
    const changed = await notes.upsertOne({ _id, title: 'first' }, { $set: { reads: 2 } }, context);

    expect([stored._id, changed._id]).toEqual([_id, _id]);
    expect(await notes.findOne({ _id }, context)).toMatchObject({ title: 'first', reads: 2 });
  });

  it('writes by the fields of the filter, not by ids alone, so that a shard is found', async () => {
    const sent: unknown[] = [];
    const listen = ({ command }: CommandStartedEvent): void => {
      const { updates = [], deletes = [] } = command as Record<string, { q: object }[]>;
      sent.push(...[...updates, ...deletes].map(({ q }) => q));
    };
    const { client } = throwaway.database;
    const written = { title: 'first', _id: { $in: [expect.any(ObjectId) as unknown] } };
    client.on('commandStarted', listen);

    await notes.insertOne(note('first'), context);
    await notes.updateMany({ title: 'first' }, { $set: { pinned: true } }, context);
    await notes.deleteMany({ title: 'first' }, context);
    await notes.insertOne(note('first'), context);
    const erasure = { signal: new AbortController().signal, forget: async () => {} };
    await notes.eraseMany({ title: 'first' }, erasure, context);

    client.off('commandStarted', listen);
    expect(sent).toEqual([written, written, written]);
  });

  it('passes the refusal of a unique index through', async () => {
    await notes.insertOne(note('first'), context);

    await expect(notes.insertOne(note('first'), context)).rejects.toThrow(DuplicateKeyError);
  });
});
