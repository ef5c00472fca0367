import { LeaseLostError, QueueWorker, WorkerStoppedError } from '@org/queue';
import { ServiceUnavailableError } from '@org/core';
import { MongoWriteConcernError } from 'mongodb';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import { context, holdingHandler, QueueTestBed, type RowDocument } from './services.ts';

const HOUR = 3_600_000;

let bed: QueueTestBed;

beforeEach(async () => {
  bed = await QueueTestBed.create();
});

describe(QueueWorker, () => {
  it('takes the most urgent first, and of those the one due longest', async () => {
    await bed.add({ priority: 'bulk', dueInMilliseconds: -2 });
    await bed.add({ dueInMilliseconds: -1 });
    await bed.add({ dueInMilliseconds: -2 });
    await bed.add({ priority: 'urgent' });
    const order: number[] = [];
    const worker = bed.createWorker({
      kinds: [{ name: 'a', concurrency: 1 }],
      handle: async (row) => {
        order.push(row.number);
        await bed.end(row);
      },
    });

    expect(await worker.drain()).toBe(4);
    expect(order).toEqual([4, 3, 2, 1]);
  });

  it('takes nothing that is not due, has ended, expired, or is of a kind it does not know', async () => {
    await bed.add({ dueInMilliseconds: 1 });
    await bed.add({ kind: 'of another version' });
    const [ended, expired] = [await bed.add(), await bed.add()];
    await bed.rows.updateOne({ number: ended }, { $set: { status: 'done' } });
    await bed.rows.updateOne({ number: expired }, { $set: { expires_at: bed.clock.now() } });
    const worker = bed.createWorker();

    expect(await worker.drain()).toBe(0);
    bed.clock.advance(1);
    expect(await worker.drain()).toBe(1);
    expect(await bed.rows.countDocuments({ kind: 'of another version', attempts: 0 })).toBe(1);
  });

  it('works on so many of a kind at a time, and so many in all', async () => {
    const { begun, handle, letGo } = holdingHandler(bed);
    for (const kind of ['a', 'a', 'a', 'a', 'b', 'b', 'c']) {
      await bed.add({ kind });
    }
    const worker = bed.createWorker({
      kinds: [
        { name: 'a', concurrency: 2 },
        { name: 'b', concurrency: 2 },
        { name: 'c', concurrency: 2 },
      ],
      maximumConcurrency: 4,
      handle,
    });
    const draining = worker.drain();

    await expect.poll(() => begun.length).toBe(4);
    for (const kind of ['a', 'b', 'c']) {
      expect(begun.filter((row) => row.kind === kind).length).toBeLessThanOrEqual(2);
    }
    letGo();
    expect(await draining).toBe(7);
  });

  it('keeps slots for urgent rows', async () => {
    const { begun, handle, letGo } = holdingHandler(bed);
    await Promise.all([1, 2, 3, 4].map(() => bed.add()));
    const worker = bed.createWorker({
      kinds: [{ name: 'a', concurrency: 4, reservedConcurrency: 2 }],
      handle,
    });
    worker.start();
    await expect.poll(() => begun.length).toBe(2);

    const [high, urgent] = [
      await bed.add({ priority: 'high' }),
      await bed.add({ priority: 'urgent' }),
    ];

    await expect.poll(() => begun.length).toBe(4);
    expect(new Set(begun.slice(2).map(({ number }) => number))).toEqual(new Set([high, urgent]));
    letGo();
    await expect.poll(() => bed.rows.countDocuments({ status: 'queued' })).toBe(0);
  });

  it('starts nothing of a kind that may not start, and goes on with the others', async () => {
    let isHealthy = false;
    await bed.add();
    const other = await bed.add({ kind: 'b' });
    const worker = bed.createWorker({
      kinds: [
        { name: 'a', concurrency: 1, mayStart: () => isHealthy },
        { name: 'b', concurrency: 1 },
      ],
    });
    worker.start();
    await expect.poll(() => bed.rows.distinct('number', { status: 'done' })).toEqual([other]);

    isHealthy = true;

    await expect.poll(() => bed.rows.countDocuments({ status: 'done' })).toBe(2);
  });

  it('is woken by a change stream, without polling', async () => {
    const worker = bed.createWorker({ pollIntervalMilliseconds: HOUR });
    worker.start();
    await expect.poll(() => bed.commands.some(({ name }) => name === 'aggregate')).toBe(true);

    await expect
      .poll(async () => {
        await bed.add();
        return bed.rows.countDocuments({ status: 'done' });
      })
      .toBeGreaterThan(0);
  });

  it('looks once more when the change stream has begun, for rows that were too early for it', async () => {
    const watch = bed.repository.watch.bind(bed.repository);
    bed.repository.watch = (listener) =>
      watch({
        onBreak: (error) => listener.onBreak(error),
        onInsert: () => undefined,
        onOpen: () => void bed.add().then(() => listener.onOpen()),
      });

    bed.createWorker({ pollIntervalMilliseconds: HOUR }).start();

    await expect.poll(() => bed.rows.countDocuments({ status: 'done' })).toBe(1);
  });

  it('asks once per poll while there is nothing to do', async () => {
    bed.createWorker({ kinds: ['a', 'b', 'c'].map((name) => ({ name, concurrency: 1 })) }).start();
    await expect.poll(() => bed.commands.some(({ name }) => name === 'getMore')).toBe(true);
    const before = bed.commands.length;

    await expect.poll(() => bed.commands.length).toBeGreaterThan(before + 10);

    const idle = bed.commands.slice(before).filter(({ name }) => name !== 'getMore');
    expect(new Set(idle.map(({ name }) => name))).toEqual(new Set(['find']));
  });

  it('needs two commands to claim a row, found by the claim order alone', async () => {
    await Promise.all(Array.from({ length: 200 }, () => bed.add({ priority: 'bulk' })));
    await bed.add();
    bed.commands.length = 0;
    const { begun, handle } = holdingHandler(bed);
    const worker = bed.createWorker({
      kinds: [
        { name: 'a', concurrency: 1 },
        { name: 'b', concurrency: 2, reservedConcurrency: 1 },
      ],
      handle,
    });
    void worker.drain();
    await expect.poll(() => begun.length).toBe(1);

    expect(bed.commands.slice(0, 2).map(({ name }) => name)).toEqual(['find', 'findAndModify']);
    const { find, filter, sort, limit } = bed.commands[0]!.command;
    const explained = await bed.database.driver.command({
      explain: { find, filter, sort, limit },
      verbosity: 'executionStats',
    });
    const plan = JSON.stringify(explained['queryPlanner'].winningPlan);
    expect(plan).toContain('"indexName":"claim_order"');
    expect(plan).not.toContain('"SORT"');
    expect(explained['executionStats'].totalDocsExamined).toBeLessThanOrEqual(3);
  });

  it('goes on without its index, only slower', async () => {
    await bed.add();
    await bed.rows.dropIndexes();

    expect(await bed.createWorker().drain()).toBe(1);
    expect(bed.errors).toEqual([]);
  });

  it('does each row once, however many workers there are', async () => {
    const numbers: number[] = [];
    const workers = [1, 2, 3, 4].map((index) =>
      bed.createWorker({
        workerId: `worker-${index}`,
        handle: async (row) => {
          numbers.push(row.number);
          await bed.end(row);
        },
      }),
    );
    workers.forEach((worker) => worker.start());
    for (let row = 0; row < 100; row += 1) {
      await bed.add();
    }

    await expect.poll(() => bed.rows.countDocuments({ status: 'done' })).toBe(100);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(bed.errors).toEqual([]);
  });

  it('does a row whose worker has died once its lease ends, and not before', async () => {
    await bed.add();
    const lease = { now: bed.clock.now(), leaseMilliseconds: 30_000, workerId: 'dead' };
    const [row] = await bed.rows.find().toArray();
    await bed.repository.claim(row!, lease, context);
    const worker = bed.createWorker();

    bed.clock.advance(29_999);
    expect(await worker.drain()).toBe(0);
    bed.clock.advance(1);
    expect(await worker.drain()).toBe(1);
    expect(await bed.rows.findOne()).toMatchObject({ attempts: 2, status: 'done' });
  });

  it.each([
    ['that was replayed', { status: 'queued', attempts: 0 }],
    ['that another has given back', { attempts: 0, leased_until: null }],
  ])('changes no row %s and is held anew, though the attempts are the same', async (_, change) => {
    await bed.add();
    const lease = { now: bed.clock.now(), leaseMilliseconds: 30_000, workerId: 'stopped' };
    const [row] = await bed.rows.find().toArray();
    const stale = await bed.repository.claim(row!, lease, context);
    await bed.rows.updateOne({}, { $set: { ...change, next_attempt_at: lease.now } });
    const held = await bed.repository.claim(row!, { ...lease, workerId: 'latter' }, context);

    expect([stale, held]).toMatchObject([{ attempts: 1 }, { attempts: 1 }]);
    expect(await bed.repository.renew(stale!, lease, context)).toBe(false);
    await bed.repository.giveBack(stale!, lease.now, context);
    expect(await bed.rows.findOne()).toEqual(held);
    expect(await bed.repository.renew(held!, lease, context)).toBe(true);
  });

  it('skips a row that an open transaction has changed, and takes the next', async () => {
    const [blocked, free] = [await bed.add({ priority: 'urgent' }), await bed.add()];
    await bed.database.withTransaction(context, async (transaction) => {
      await bed.repository.findOneAndUpdate(
        { number: blocked },
        { $set: { last_error: 'changed' } },
        transaction,
      );

      expect(await bed.createWorker({ kinds: [{ name: 'a', concurrency: 1 }] }).drain()).toBe(1);
    });

    expect(await bed.rows.distinct('number', { status: 'done' })).toEqual([free]);
    expect(await bed.rows.findOne({ number: blocked })).toMatchObject({ attempts: 0 });
  });

  it('drains what the end of a row makes due, also if it ends just after the last look', async () => {
    await bed.add();
    let look: () => void = () => {};
    let end: () => void = () => {};
    const looked = new Promise<void>((resolve) => (look = resolve));
    const ended = new Promise<void>((resolve) => (end = resolve));
    const find = bed.repository.findClaimable.bind(bed.repository);
    let looks = 0;
    const spy = vi.spyOn(bed.repository, 'findClaimable').mockImplementation(async (...given) => {
      const rows = await find(...given);
      looks += 1;
      if (looks === 2) {
        look();
        await ended;
        await new Promise(setImmediate);
      }
      return rows;
    });
    onTestFinished(() => spy.mockRestore());
    const worker = bed.createWorker({
      handle: async (row) => {
        await bed.end(row);
        if (row.number === 1) {
          await looked;
          await bed.add();
          end();
        }
      },
    });

    expect(await worker.drain()).toBe(2);
  });

  it('goes on elsewhere in line if others were faster', async () => {
    for (let number = 1; number <= 10; number += 1) {
      await bed.add({ dueInMilliseconds: number - 20 });
    }
    const tried: number[] = [];
    const claim = vi.spyOn(bed.repository, 'claim').mockImplementation((row) => {
      tried.push(row.number);
      return Promise.resolve(undefined);
    });
    onTestFinished(() => claim.mockRestore());
    const kinds = [{ name: 'a', concurrency: 2 }];

    await bed.createWorker({ kinds, random: (bound) => bound - 1 }).drain();

    expect(tried.slice(0, 6)).toEqual([1, 2, 5, 6, 7, 8]);
    expect(tried.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('aborts the work when another worker has the row', async () => {
    const { begun, reasons, handle } = holdingHandler(bed);
    await bed.add();
    bed.createWorker({ leaseMilliseconds: 60, handle }).start();
    await expect.poll(() => begun.length).toBe(1);

    await bed.rows.updateOne(
      {},
      { $set: { attempts: 7, next_attempt_at: new Date('2100-01-01') } },
    );

    await expect.poll(() => reasons).toEqual([expect.any(LeaseLostError)]);
    expect(await bed.rows.findOne()).toMatchObject({ attempts: 7, status: 'queued' });
  });

  it('renews the lease of a row as long as the work lasts', async () => {
    const { begun, handle, letGo } = holdingHandler(bed);
    await bed.add();
    bed.createWorker({ leaseMilliseconds: 150, handle }).start();
    await expect.poll(() => begun.length).toBe(1);

    bed.clock.advance(100);

    const renewed = new Date(bed.clock.now().getTime() + 150);
    await expect.poll(() => bed.rows.findOne()).toMatchObject({ leased_until: renewed });
    letGo();
    await expect.poll(() => bed.rows.findOne()).toMatchObject({ status: 'done', attempts: 1 });
  });

  it('reports what a handler throws, and leaves the row to the end of its lease', async () => {
    await bed.add();
    const failure = new Error('broken');

    expect(await bed.createWorker({ handle: () => Promise.reject(failure) }).drain()).toBe(1);

    expect(bed.errors).toEqual([failure]);
    expect(await bed.rows.findOne()).toMatchObject({ status: 'queued', attempts: 1 });
  });

  describe('whose claim is stored, but not confirmed by a majority', () => {
    /** @param after what becomes of the claim, before the worker hears of it */
    function leaveUnconfirmed(after: () => Promise<unknown>): void {
      const update = bed.repository.findOneAndUpdate.bind(bed.repository);
      bed.repository.findOneAndUpdate = async (...params) => {
        const value = await update(...params);
        bed.repository.findOneAndUpdate = update;
        await after();
        const writeConcernError = { code: 64, errmsg: 'waiting for replication timed out' };
        const cause = new MongoWriteConcernError({ ok: 1, writeConcernError, value });
        throw new ServiceUnavailableError({ cause });
      };
    }

    it('has the row once a majority has confirmed it', async () => {
      await bed.add();
      leaveUnconfirmed(() => Promise.resolve());

      expect(await bed.createWorker().drain()).toBe(1);
      expect(await bed.rows.findOne()).toMatchObject({ status: 'done', attempts: 1 });
    });

    it('does not begin a row whose claim is rolled back with its primary', async () => {
      await bed.add();
      const before = await bed.rows.findOne();
      leaveUnconfirmed(() => bed.rows.replaceOne({}, before!));

      expect(await bed.createWorker().drain()).toBe(0);
      expect(await bed.rows.findOne()).toEqual(before);
    });
  });

  it('gives up for a while when it gets none of many rows', async () => {
    await Promise.all(Array.from({ length: 300 }, () => bed.add()));
    bed.repository.claim = () => Promise.resolve(undefined);
    bed.commands.length = 0;

    expect(await bed.createWorker().drain()).toBe(0);

    expect(bed.commands.filter(({ name }) => name === 'find').length).toBeLessThan(30);
  });

  it('reports a handler that throws at once like one that throws later', async () => {
    await bed.add();
    const failure = new Error('broken');
    const worker = bed.createWorker({
      handle: () => {
        throw failure;
      },
    });

    expect(await worker.drain()).toBe(1);
    expect(bed.errors).toEqual([failure]);
  });

  it('starts no more of a kind than may start', async () => {
    const { begun, handle, letGo } = holdingHandler(bed);
    await Promise.all([1, 2, 3].map(() => bed.add()));
    const mayStart = (inFlight: number) => inFlight === 0;
    bed.createWorker({ kinds: [{ name: 'a', concurrency: 5, mayStart }], handle }).start();
    await expect.poll(() => begun.length).toBe(1);
    bed.commands.length = 0;

    await expect.poll(() => bed.commands.length).toBeGreaterThan(5);
    expect(begun).toHaveLength(1);
    letGo();
  });

  it('goes on after the database was away', async () => {
    const failure = new Error('the database is away');
    const findClaimable = bed.repository.findClaimable.bind(bed.repository);
    bed.repository.findClaimable = () => Promise.reject(failure);
    bed.createWorker().start();
    await expect.poll(() => bed.errors).toContain(failure);

    bed.repository.findClaimable = findClaimable;
    await bed.add();

    await expect.poll(() => bed.rows.countDocuments({ status: 'done' })).toBe(1);
  });

  describe('that is stopped', () => {
    it('lets rows end that are being worked on, and takes no more', async () => {
      const { begun, reasons, handle, letGo } = holdingHandler(bed);
      const worker = bed.createWorker({ stopGraceMilliseconds: HOUR, handle });
      worker.start();
      const number = await bed.add();
      await expect.poll(() => begun.length).toBe(1);

      const stopped = worker.stop();
      await bed.add();
      letGo();
      await stopped;

      expect(reasons).toEqual([]);
      expect(await bed.rows.distinct('number', { status: 'done' })).toEqual([number]);
    });

    it('aborts them after the grace period, so that they can be given back', async () => {
      const { begun, reasons, handle } = holdingHandler(bed);
      const worker = bed.createWorker({ handle });
      worker.start();
      await bed.add();
      await expect.poll(() => begun.length).toBe(1);

      await worker.stop();

      expect(reasons).toEqual([expect.any(WorkerStoppedError)]);
      expect(await bed.rows.findOne()).toMatchObject({ attempts: 0, leased_until: null });
    });

    it('gives back what it was claiming', async () => {
      await bed.add();
      const { begun, handle } = holdingHandler(bed);
      const worker = bed.createWorker({ handle });
      await claimingMeanwhile(async () => void worker.stop(), worker);

      expect(begun).toEqual([]);
      expect(await bed.rows.findOne()).toMatchObject({ attempts: 0, leased_until: null });
    });
  });

  it('gives back what it has claimed only when a third of the lease was over', async () => {
    await bed.add();
    const { begun, handle } = holdingHandler(bed);
    const worker = bed.createWorker({ handle });
    await claimingMeanwhile(async () => bed.clock.advance(10_001), worker);

    expect(begun).toEqual([]);
    expect(await bed.rows.findOne()).toMatchObject({ attempts: 0, leased_until: null });
  });
});

/** Lets something happen between the claim of a row and its answer. */
async function claimingMeanwhile(
  step: () => Promise<void>,
  worker: QueueWorker<RowDocument>,
): Promise<void> {
  const claim = bed.repository.claim.bind(bed.repository);
  bed.repository.claim = async (...params) => {
    const claimed = await claim(...params);
    await step();
    return claimed;
  };
  await worker.drain();
}
