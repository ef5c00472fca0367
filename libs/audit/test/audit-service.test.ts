import { AuditBadRequestError, AuditService, type AuditPage } from '@org/audit';
import { OperationContext } from '@org/core';
import {
  collect,
  createThrowawayDatabase,
  FakeClock,
  type ThrowawayDatabase,
} from '@org/core/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import { account, context } from './context.ts';

const DAY = 24 * 60 * 60 * 1_000;
const note = { resourceType: 'notes', resourceId: '64b00000000000000000000a' };
const clock = new FakeClock();
let throwaway: ThrowawayDatabase;
let audit: AuditService;

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri'), clock });
  audit = AuditService.create({ database: throwaway.database });
  await audit.initialize();
});
beforeEach(async () => {
  await records().deleteMany({});
});
afterAll(async () => {
  await throwaway.remove();
});

function records() {
  return throwaway.database.collection('audit_log');
}

/** Follows the cursors to the end. */
async function readPages(
  query: (cursor: string | undefined) => Promise<AuditPage>,
): Promise<AuditPage['items'][]> {
  const pages: AuditPage['items'][] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await query(cursor);
    pages.push(page.items);
    cursor = page.nextCursor;
  }
  return pages;
}

describe(AuditService, () => {
  it('creates the collection with its indexes', async () => {
    const indexes = await records().listIndexes().toArray();

    expect(indexes.map(({ name }) => name as string).sort()).toEqual([
      '_id_',
      'actor_type_1_actor_id_1_timestamp_1',
      'resource_type_1_resource_id_1_timestamp_1',
      'subject_digest_1_timestamp_1',
      'timestamp_1',
    ]);
  });

  describe('record', () => {
    it('stores who did what to what, when and in which request', async () => {
      await audit.record(
        [{ ...note, action: 'update', changes: { title: { old: 'a', new: 'b' } } }],
        context,
      );

      const { _id, ...stored } = (await records().findOne())!;
      expect(stored).toEqual({
        resource_type: 'notes',
        resource_id: note.resourceId,
        actor_type: 'account',
        actor_id: account.id,
        action: 'update',
        changes: { title: { old: 'a', new: 'b' } },
        outcome: 'success',
        request_id: 'request-1',
        timestamp: clock.now(),
        created_at: clock.now(),
        updated_at: clock.now(),
      });
      const { items } = await audit.findRecordsByResource(note, context);
      expect(items).toEqual([
        {
          id: _id.toHexString(),
          ...note,
          actorType: 'account',
          actorId: account.id,
          action: 'update',
          changes: { title: { old: 'a', new: 'b' } },
          outcome: 'success',
          requestId: 'request-1',
          timestamp: clock.now(),
          source: null,
          subjectDigest: null,
          count: 1,
          countedSince: null,
        },
      ]);
    });

    it('stores an anonymous failure', async () => {
      await audit.record(
        [{ ...note, action: 'authn_login_fail', outcome: 'failure' }],
        OperationContext.anonymous('request-2'),
      );

      expect(await records().findOne()).toMatchObject({
        actor_type: 'anonymous',
        actor_id: null,
        outcome: 'failure',
        changes: {},
      });
    });

    it('stores nothing for no events', async () => {
      await audit.record([], context);

      expect(await records().countDocuments()).toBe(0);
    });
  });

  describe('a query', () => {
    it('by resource answers the newest first', async () => {
      for (const action of ['create', 'update', 'delete']) {
        await audit.record([{ ...note, action }], context);
        await audit.record([{ ...note, resourceType: 'tasks', action }], context);
        clock.advance(1_000);
      }

      const { items, nextCursor } = await audit.findRecordsByResource(note, context);

      expect(items.map(({ action }) => action)).toEqual(['delete', 'update', 'create']);
      expect(nextCursor).toBeNull();
    });

    it('by actor answers what the actor did', async () => {
      await audit.record([{ ...note, action: 'create' }], context);
      await audit.record(
        [{ ...note, action: 'read' }],
        context.withActor({ type: 'worker', id: account.id }),
      );

      const { items } = await audit.findRecordsByActor(
        { actorType: 'account', actorId: account.id },
        context,
      );

      expect(items.map(({ action }) => action)).toEqual(['create']);
    });

    it('by time answers from the first time on and before the second', async () => {
      const start = clock.now();
      for (const action of ['one', 'two', 'three', 'four']) {
        await audit.record([{ ...note, action }], context);
        clock.advance(1_000);
      }
      const from = new Date(start.getTime() + 1_000);
      const to = new Date(start.getTime() + 3_000);

      const actionsOf = async (range: { from?: Date; to?: Date }) =>
        (await audit.findRecordsByTime(range, context)).items.map(({ action }) => action);

      expect(await actionsOf({ from, to })).toEqual(['three', 'two']);
      expect(await actionsOf({ from })).toEqual(['four', 'three', 'two']);
      expect(await actionsOf({ to: from })).toEqual(['one']);
      expect(await actionsOf({})).toHaveLength(4);
    });

    it.each([1, 2, 3, 4, 5, 12, 50])(
      'in pages of %i misses none, repeats none and keeps the order',
      async (limit) => {
        // Several of one millisecond, so that pages begin and end among them.
        for (const together of [1, 3, 2, 4, 2]) {
          await audit.record(
            Array.from({ length: together }, () => ({ ...note, action: 'update' })),
            context,
          );
          clock.advance(1);
        }
        // An index keeps those of one millisecond as they were stored, which is not by id here.
        const stored = await records().find().sort({ _id: -1 }).toArray();
        await records().deleteMany({});
        await records().insertMany(stored);
        const newestFirst = await records().find().sort({ timestamp: -1, _id: -1 }).toArray();
        const ids = newestFirst.map(({ _id }) => _id.toHexString());

        const queries = [
          (cursor?: string) => audit.findRecordsByResource({ ...note, limit, cursor }, context),
          (cursor?: string) =>
            audit.findRecordsByActor(
              { actorType: 'account', actorId: account.id, limit, cursor },
              context,
            ),
          (cursor?: string) => audit.findRecordsByTime({ limit, cursor }, context),
        ];
        for (const query of queries) {
          const pages = await readPages(query);
          expect(pages.flat().map(({ id }) => id)).toEqual(ids);
          expect(pages).toHaveLength(Math.ceil(12 / limit));
        }
      },
    );

    it('goes on where it was although new records came', async () => {
      const insert = () => audit.record([{ ...note, action: 'update' }], context);
      await insert();
      await insert();
      await insert();
      const first = await audit.findRecordsByResource({ ...note, limit: 2 }, context);
      await insert();

      const second = await audit.findRecordsByResource(
        { ...note, limit: 2, cursor: first.nextCursor! },
        context,
      );

      const oldest = await records().find().sort({ _id: 1 }).limit(1).toArray();
      expect(second.items.map(({ id }) => id)).toEqual([oldest[0]!._id.toHexString()]);
      expect(second.nextCursor).toBeNull();
    });

    it('answers 50 records unless told, and never more than 200', async () => {
      await audit.record(
        Array.from({ length: 201 }, () => ({ ...note, action: 'update' })),
        context,
      );

      expect((await audit.findRecordsByResource(note, context)).items).toHaveLength(50);
      const most = await audit.findRecordsByResource({ ...note, limit: 1_000 }, context);
      expect(most.items).toHaveLength(200);
      expect(most.nextCursor).not.toBeNull();
    });

    it.each([
      ['a cursor of something else', { cursor: 'bm9uZQ' }],
      ['an empty cursor', { cursor: '' }],
      [
        'a cursor with a time beyond all',
        { cursor: base64(`${'9'.repeat(16)}.${note.resourceId}`) },
      ],
      ['a cursor with an id that is none', { cursor: base64('1.64b0') }],
      ['a limit below 1', { limit: 0 }],
      ['a limit that is no whole number', { limit: 1.5 }],
      ['a limit that is no number', { limit: Number.NaN }],
      ['a time that is none', { from: new Date('never') }],
    ])('refuses %s', async (_what, page) => {
      const query = audit.findRecordsByResource({ ...note, ...page }, context);

      await expect(query).rejects.toThrow(AuditBadRequestError);
      await expect(query).rejects.toMatchObject({ code: 'AUDIT_ERR_01', httpStatus: 400 });
    });
  });

  describe('deleteExpiredRecords', () => {
    it('deletes what is older than 400 days, and nothing else', async () => {
      await audit.record(
        Array.from({ length: 1_001 }, () => ({ ...note, action: 'old' })),
        context,
      );
      clock.advance(1);
      await audit.record([{ ...note, action: 'young' }], context);
      clock.advance(400 * DAY);

      expect(await audit.deleteExpiredRecords(context)).toBe(1_001);
      expect(await audit.deleteExpiredRecords(context)).toBe(0);

      const left = await records().find().toArray();
      expect(left.map(({ action }) => action as string)).toEqual(['young']);
    });

    it('obeys the setting', async () => {
      const brief = AuditService.create({
        database: throwaway.database,
        settings: { retentionMilliseconds: DAY },
      });
      await audit.record([{ ...note, action: 'create' }], context);
      clock.advance(DAY + 1);

      expect(await brief.deleteExpiredRecords(context)).toBe(1);
    });
  });

  describe('pseudonymizeActor', () => {
    const profile = { resourceType: 'accounts', resourceId: account.id };
    const changes = { first_name: { old: null, new: 'Ada' } };
    const pseudonym = '64b0000000000000000000ff';
    const { signal } = new AbortController();
    const erase = async () => {
      await audit.eraseChanges({ resources: [profile], signal }, context);
      await audit.pseudonymizeActor({ actorId: account.id, pseudonym, signal }, context);
    };

    beforeEach(async () => {
      await audit.record([{ ...profile, action: 'create', changes }], context);
      await audit.record([{ ...note, action: 'create', changes }], context);
    });

    it('keeps the records together under the pseudonym', async () => {
      await erase();

      expect(await records().distinct('actor_id')).toEqual([pseudonym]);
    });

    it('erases what the account changed, in as many pages as it takes', async () => {
      await audit.record(
        Array.from({ length: 1_100 }, (_, index) => ({
          resourceType: 'notes',
          resourceId: index.toString(16).padStart(24, '0'),
          action: 'create',
          changes,
        })),
        context,
      );
      await audit.pseudonymizeActor({ actorId: account.id, pseudonym, signal }, context);

      expect(await records().countDocuments({ 'changes.first_name.new': 'Ada' })).toBe(0);
      expect(await records().countDocuments({ actor_id: account.id })).toBe(0);
    });

    it('leaves other actors alone', async () => {
      const other = context.withActor({ type: 'account', id: '64b000000000000000000002' });
      const job = context.withActor({ type: 'job', id: account.id });
      await audit.record([{ ...note, action: 'update' }], other);
      await audit.record([{ ...note, action: 'update' }], job);

      await erase();

      expect(await records().countDocuments({ actor_id: other.actor.id })).toBe(1);
      expect(await records().countDocuments({ actor_id: account.id })).toBe(1);
    });

    it('erases the values in the records of the resources, whoever changed them', async () => {
      const job = context.withActor({ type: 'job', id: 'import' });
      await audit.record([{ ...profile, action: 'update', changes }], job);
      await audit.recordFromSource({ ...profile, action: 'authz_fail' }, '192.0.2.1', job);

      await erase();

      const erased = { first_name: { old: '[erased]', new: '[erased]' } };
      const stored = await records().find().sort({ _id: 1 }).toArray();
      expect(stored.map((record) => record['changes'] as unknown)).toEqual([
        erased,
        erased,
        erased,
        {},
      ]);
      expect(stored.map(({ resource_id }) => resource_id as string)).toContain(account.id);
      expect(stored.some((record) => 'source' in record)).toBe(false);
    });

    it('stops between two steps, and goes on when it is called again', async () => {
      const stopped = AbortSignal.abort(new Error('not now'));
      const stopping = audit.pseudonymizeActor(
        { actorId: account.id, pseudonym, signal: stopped },
        context,
      );
      await expect(stopping).rejects.toThrow('not now');
      expect(await records().countDocuments({ actor_id: account.id })).toBe(2);

      await erase();
      expect(await records().countDocuments({ actor_id: account.id })).toBe(0);
    });
  });

  it('exports everything that an account did', async () => {
    await audit.record(
      Array.from({ length: 250 }, () => ({ ...note, action: 'read' })),
      context,
    );
    await audit.record(
      [{ ...note, action: 'read' }],
      context.withActor({ type: 'account', id: '64b000000000000000000002' }),
    );

    const pages = await collect(audit.exportRecordsByActor({ actorId: account.id }, context));

    expect(pages.map(({ length }) => length)).toEqual([100, 100, 50]);
  });

  it('reads records that another program wrote without what is ours', async () => {
    await records().insertOne({
      resource_type: 'notes',
      resource_id: note.resourceId,
      actor_type: 'worker',
      action: 'create',
      outcome: 'success',
      timestamp: clock.now(),
      created_at: clock.now(),
      updated_at: clock.now(),
    });

    const { items } = await audit.findRecordsByResource(note, context);

    expect(items).toMatchObject([{ actorId: null, changes: {}, requestId: '', count: 1 }]);
  });
});

function base64(text: string): string {
  return Buffer.from(text).toString('base64url');
}
