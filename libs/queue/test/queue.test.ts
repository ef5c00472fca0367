import {
  InvalidQueueHandlerError,
  LeaseLostError,
  NotRetryableError,
  Queue,
  QueueBadRequestError,
  QueueRowNotFoundError,
  QueueTimeLimitExceededError,
  RetryLaterError,
} from '@org/queue';
import { createThrowawayDatabase } from '@org/core/testing';
import { ObjectId } from 'mongodb';
import { beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';

import {
  audit,
  clock,
  createQueue,
  effects,
  errors,
  failures,
  KIND,
  MINUTE,
  row,
  rows,
  setUp,
  storeEffect,
  throwaway,
} from './queue-steps.ts';
import { context } from './services.ts';

beforeEach(setUp);

describe(Queue, () => {
  it('stores a row in the transaction of its cause, and removes it when it is done', async () => {
    const seen: unknown[] = [];
    const queue = createQueue(async (payload, { rowId, attempt }) => {
      seen.push({ payload, rowId, attempt });
    });
    const { database } = throwaway;
    const rolledBack = database.withTransaction(context, async (transaction) => {
      await queue.add(row(1), transaction);
      throw new Error('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    const rowId = await database.withTransaction(context, (transaction) =>
      queue.add(row(2), transaction),
    );

    expect(await queue.drain()).toBe(1);

    expect(seen).toEqual([{ payload: { number: 2 }, rowId, attempt: 1 }]);
    expect(await rows().countDocuments()).toBe(0);
    expect(await queue.drain()).toBe(0);
  });

  it('stores rows with one insert, and one command more for their key', async () => {
    const commands: string[] = [];
    const monitored = await createThrowawayDatabase({
      uri: inject('mongodbUri'),
      monitorCommands: true,
    });
    onTestFinished(() => monitored.remove());
    const { database } = monitored;
    const queue = Queue.create({ database, audit, collectionName: 'test_queue', clock });
    await queue.initialize();
    database.client.on('commandStarted', ({ commandName }) => commands.push(commandName));

    await queue.addMany([row(1), row(2)], context);
    expect(commands.splice(0)).toEqual(['insert']);

    await queue.addMany([row(1, { key: 'a' }), row(2, { key: 'a' })], context);
    expect(commands.splice(0)).toEqual(['findAndModify', 'insert', 'commitTransaction']);
  });

  it('does a row neither before its time nor after its life', async () => {
    const queue = createQueue(async () => {}, {}, { deadRetentionMilliseconds: MINUTE });
    await queue.add(row(1, { dueAt: new Date(clock.now().getTime() + 1_000) }), context);
    await queue.add(row(2, { expiresAt: clock.now() }), context);
    queue.start();

    await expect
      .poll(() => rows().findOne({ 'payload.number': 2 }))
      .toMatchObject({ status: 'dead', last_error: 'It was not done in time.' });
    expect(await rows().countDocuments({ status: 'queued', attempts: 0 })).toBe(1);
    clock.advance(1_000);
    await expect.poll(() => rows().countDocuments({ status: 'queued' })).toBe(0);
  });

  it('tries again, later each time, and gives up after the last attempt', async () => {
    const queue = createQueue(() => Promise.reject(new Error('broken')), { maximumAttempts: 3 });
    await queue.add(row(1), context);

    const waits: number[] = [];
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      await queue.drain();
      const waiting = await rows().findOne({ status: 'queued', attempts: attempt });
      waits.push((waiting?.['next_attempt_at'] as Date).getTime() - clock.now().getTime());
      clock.advance(MINUTE);
    }
    await queue.drain();

    expect(waits[0]).toBeLessThanOrEqual(5_000);
    expect(waits[1]).toBeLessThanOrEqual(10_000);
    expect((await queue.listDeadRows({}, context)).items).toMatchObject([
      { kind: KIND, payload: { number: 1 }, attempts: 3, lastError: 'Error: broken' },
    ]);
    expect(errors).toHaveLength(3);
    expect(failures).toMatchObject([
      { attempt: { kind: KIND, attempt: 1, isDead: false }, payload: { number: 1 } },
      { attempt: { attempt: 2, isDead: false } },
      { attempt: { attempt: 3, isDead: true } },
    ]);
  });

  it('waits as long as the handler asks for', async () => {
    const queue = createQueue(() => Promise.reject(new RetryLaterError('Busy.', 30 * MINUTE)));
    await queue.add(row(1), context);
    await queue.drain();

    const due = (await rows().findOne())?.['next_attempt_at'] as Date;
    expect(due.getTime() - clock.now().getTime()).toBe(30 * MINUTE);
  });

  it('gives up at once what would fail again', async () => {
    const queue = createQueue(() => Promise.reject(new NotRetryableError('Unknown customer.')));
    await queue.add(row(1), context);
    await queue.drain();

    expect((await queue.listDeadRows({ kind: KIND }, context)).items).toMatchObject([
      { attempts: 1 },
    ]);
    expect((await queue.listDeadRows({ kind: 'other' }, context)).items).toEqual([]);
  });

  it('gives up a row that kills its worker each time, and none that only died beside it', async () => {
    const queue = createQueue(async () => {}, { maximumAttempts: 2 });
    await queue.addMany([row(1), row(2)], context);
    await rows().updateOne({ 'payload.number': 1 }, { $set: { attempts: 200 } });
    await rows().updateOne({ 'payload.number': 2 }, { $set: { attempts: 199 } });
    await queue.drain();

    expect((await queue.listDeadRows({}, context)).items).toMatchObject([
      { lastError: 'NotRetryableError: Every worker that began it died.' },
    ]);
  });

  it('does not count an attempt that a handler says not to', async () => {
    const queue = createQueue(() => Promise.reject(new RetryLaterError('Too new.', 1_000, false)), {
      maximumAttempts: 1,
    });
    await queue.add(row(1), context);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await queue.drain();
      clock.advance(MINUTE);
    }

    expect(await rows().findOne()).toMatchObject({ status: 'queued', attempts: 0, failures: 0 });
  });

  it('buries what outlived its life when it is drained, too', async () => {
    const queue = createQueue(async () => {});
    await queue.add(row(1, { expiresAt: clock.now() }), context);
    await queue.drain();

    expect(await rows().findOne()).toMatchObject({ status: 'dead', leased_until: null });
  });

  it('does a dead row again when it is replayed, which is recorded', async () => {
    let isBroken = true;
    const queue = createQueue(async () => {
      if (isBroken) {
        throw new NotRetryableError('Broken.');
      }
    }, {});
    const rowId = await queue.add(row(1), context);
    await queue.drain();
    isBroken = false;

    await queue.replayDeadRow({ rowId }, context);

    expect(await queue.drain()).toBe(1);
    expect(await rows().countDocuments()).toBe(0);
    expect(audit.events).toMatchObject([
      { resourceType: 'test_queue', resourceId: rowId, action: 'update' },
    ]);
    for (const unknown of [rowId, new ObjectId().toHexString(), 'x']) {
      await expect(queue.replayDeadRow({ rowId: unknown }, context)).rejects.toThrow(
        QueueRowNotFoundError,
      );
    }
  });

  it('abandons work that takes too long, and tries again', async () => {
    const reasons: unknown[] = [];
    const queue = createQueue(
      (_payload, { signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => reasons.push(signal.reason));
        }),
      { timeLimitMilliseconds: 20 },
    );
    await queue.add(row(1), context);
    await queue.drain();

    expect(reasons).toEqual([expect.any(QueueTimeLimitExceededError)]);
    expect(await rows().findOne()).toMatchObject({ status: 'queued', attempts: 1 });
  });

  it('gives back work in flight when it is stopped', async () => {
    let begun = 0;
    const queue = createQueue(() => {
      begun += 1;
      return new Promise(() => {});
    });
    await queue.add(row(1), context);
    queue.start();
    await expect.poll(() => begun).toBe(1);

    await queue.stop();

    expect(await rows().findOne()).toMatchObject({ attempts: 0, leased_until: null });
    expect(errors).toEqual([]);
  });

  it('is not held up by rows that another program left malformed, however many', async () => {
    const done: unknown[] = [];
    const queue = createQueue(async (payload) => {
      done.push(payload);
    });
    await queue.add(row(1), context);
    const stored = await rows().findOne();
    const odd = { ...stored, _id: undefined, next_attempt_at: new Date(0), attempts: 'x' };
    await rows().insertMany(
      Array.from({ length: 150 }, () => ({ ...odd, _id: new ObjectId() })),
      { bypassDocumentValidation: true },
    );

    expect(await queue.drain()).toBe(1);
    expect(done).toEqual([{ number: 1 }]);
  });

  it.each([null, 'text', 7])(
    'gives up a row whose payload is %j, and lists it',
    async (payload) => {
      const queue = createQueue(async () => {});
      await queue.add(row(1), context);
      await rows().updateOne(
        {},
        { $set: { payload, created_at: 'odd' } },
        {
          bypassDocumentValidation: true,
        },
      );

      await queue.drain();

      expect((await queue.listDeadRows({}, context)).items).toMatchObject([
        { payload: {}, lastError: expect.stringContaining('not an object') },
      ]);
      expect(failures).toMatchObject([{ attempt: { isDead: true }, payload: {} }]);
    },
  );

  it('leaves rows of a handler that is gone, and lists them', async () => {
    const queue = createQueue(async () => {});
    await queue.addMany([row(1, { kind: 'gone' }), row(2)], context);

    expect(await queue.drain()).toBe(1);

    expect((await queue.listUnhandledRows({}, context)).items).toMatchObject([
      { kind: 'gone', payload: { number: 1 } },
    ]);
    await queue.add(row(3), context);
    expect((await queue.listWaitingRows({}, context)).items).toMatchObject([
      { payload: { number: 3 } },
      { payload: { number: 1 } },
    ]);
    expect((await queue.listWaitingRows({ kind: 'gone' }, context)).items).toMatchObject([
      { payload: { number: 1 } },
    ]);
  });

  it('lists rows page by page, and refuses a cursor of its own making', async () => {
    const queue = createQueue();
    const ids = await queue.addMany([row(1), row(2), row(3)], context);

    const first = await queue.listUnhandledRows({ limit: 2 }, context);
    expect(first.items.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    const second = await queue.listUnhandledRows({ limit: 2, cursor: first.nextCursor! }, context);
    expect(second.items.map(({ id }) => id)).toEqual([ids[0]]);
    expect(second.nextCursor).toBeNull();
    await expect(queue.listDeadRows({ cursor: 'x' }, context)).rejects.toThrow(
      QueueBadRequestError,
    );
  });

  it('counts by kind', async () => {
    const queue = createQueue(({ number }: { number?: number }) =>
      Promise.reject(number === 1 ? new Error('no') : new NotRetryableError('Never.')),
    );
    await queue.addMany([row(1), row(2), row(3, { kind: 'gone' })], context);
    await queue.drain();
    clock.advance(MINUTE);

    expect(new Set(await queue.getStatistics(context))).toEqual(
      new Set([
        {
          kind: KIND,
          isHandled: true,
          waiting: 1,
          failing: 1,
          dead: 1,
          oldestMilliseconds: expect.any(Number) as number,
        },
        {
          kind: 'gone',
          isHandled: false,
          waiting: 1,
          failing: 0,
          dead: 0,
          oldestMilliseconds: MINUTE,
        },
      ]),
    );
  });

  it('refuses a second handler of a kind, and any once it runs', () => {
    const queue = createQueue(async () => {});
    const again = { kind: KIND, handle: async () => {} };

    expect(() => queue.handle(again)).toThrow(InvalidQueueHandlerError);
    queue.start();
    expect(() => queue.handle({ ...again, kind: 'other' })).toThrow(InvalidQueueHandlerError);
  });

  describe('a handler in the transaction that removes its row', () => {
    const during = 'transaction';

    it('stores its effects once, with the end of the row', async () => {
      const queue = createQueue(storeEffect, { during });
      await queue.add(row(1), context);
      expect(await queue.drain()).toBe(1);

      expect(await effects().countDocuments()).toBe(1);
      expect(await rows().countDocuments()).toBe(0);
    });

    it('leaves no effects when it fails, and is tried again', async () => {
      let isBroken = true;
      const queue = createQueue(
        async (payload, run) => {
          await storeEffect(payload, run);
          if (isBroken) {
            throw new Error('broken');
          }
        },
        { during },
      );
      await queue.add(row(1), context);
      await queue.drain();
      expect(await effects().countDocuments()).toBe(0);
      expect(await rows().findOne()).toMatchObject({ attempts: 1, last_error: 'Error: broken' });

      isBroken = false;
      clock.advance(MINUTE);
      await queue.drain();
      expect(await effects().countDocuments()).toBe(1);
    });

    it('stores nothing if another worker has the row', async () => {
      const queue = createQueue(storeEffect, { during });
      await queue.add(row(1), context);
      const taken = { attempts: 2, next_attempt_at: new Date('2100-01-01') };
      const thief = createQueue(async (payload, run) => {
        await rows().updateOne({}, { $set: taken });
        await storeEffect(payload, run);
      }, {});
      await thief.drain();

      expect(errors).toEqual([expect.any(LeaseLostError)]);
      expect(await rows().findOne()).toMatchObject(taken);
      await rows().updateOne({}, { $set: { next_attempt_at: clock.now() } });
      await effects().deleteMany({});
      await queue.drain();
      expect(await effects().countDocuments()).toBe(1);
    });

    it('is not disturbed by the renewal of its lease', async () => {
      const queue = createQueue(
        async (payload, run) => {
          await storeEffect(payload, run);
          // Three renewals would have come by now.
          await new Promise((resolve) => setTimeout(resolve, 120));
        },
        { during },
        { leaseMilliseconds: 90 },
      );
      await queue.add(row(1), context);
      await queue.drain();

      expect(errors).toEqual([]);
      expect(await effects().countDocuments()).toBe(1);
    });
  });
});
