import { systemClock } from '@org/core';
import { DatabaseClock } from '@org/core/store';
import { Queue, type QueueHandler } from '@org/queue';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import {
  audit,
  createQueue,
  effects,
  KIND,
  MINUTE,
  row,
  rows,
  setUp,
  storeEffect,
  throwaway,
} from './queue-steps.ts';
import { context, QueueTestBed } from './services.ts';

const LEASE = MINUTE / 2;

describe('a completed row', () => {
  it('is never claimed again, not even by a worker that read it before', async () => {
    const bed = await QueueTestBed.create();
    await bed.add();
    const done: string[] = [];
    const [late, quick] = ['late', 'quick'].map((workerId) =>
      bed.createWorker({
        workerId,
        handle: async (taken) => {
          done.push(workerId);
          await bed.end(taken);
        },
      }),
    );
    const claim = bed.repository.claim.bind(bed.repository);
    bed.repository.claim = async (...params) => {
      bed.repository.claim = claim;
      await quick!.drain();
      return claim(...params);
    };

    expect(await late!.drain()).toBe(0);
    bed.clock.advance(10 * MINUTE);
    expect(await late!.drain()).toBe(0);
    expect(done).toEqual(['quick']);
    expect(await bed.rows.findOne()).toMatchObject({ status: 'done', attempts: 1 });
  });
});

describe('a queue', () => {
  beforeEach(setUp);

  it('has one effect of each row, though four instances work on it', async () => {
    const instances = Array.from({ length: 4 }, () =>
      createQueue(storeEffect, { during: 'transaction' }),
    );
    instances.forEach((queue) => queue.start());
    const numbers = Array.from({ length: 60 }, (_, index) => index);
    await Promise.all(numbers.map((number) => instances[number % 4]!.add(row(number), context)));

    await expect.poll(() => rows().countDocuments()).toBe(0);
    const stored = await effects().find().sort({ number: 1 }).toArray();
    expect(stored.map(({ number }) => number as number)).toEqual(numbers);
  });

  it('does a row that was stored while every worker was down, once one comes', async () => {
    const done: unknown[] = [];
    const gone = createQueue(async () => {});
    gone.start();
    await gone.stop();
    await gone.add(row(1), context);

    const next = createQueue(async (payload) => {
      done.push(payload);
    });
    next.start();

    await expect.poll(() => done).toEqual([{ number: 1 }]);
    await expect.poll(() => rows().countDocuments()).toBe(0);
  });

  it('goes on past a poison row, whose worker has a single slot', async () => {
    const done: unknown[] = [];
    const queue = createQueue(
      async (payload) => {
        if ('isPoison' in payload) {
          throw new Error('poison');
        }
        done.push(payload);
      },
      { concurrency: 1 },
    );
    await queue.add({ kind: KIND, priority: 'urgent', payload: { isPoison: true } }, context);
    await queue.addMany([row(1), row(2)], context);
    await queue.drain();

    expect(done).toEqual(expect.arrayContaining([{ number: 1 }, { number: 2 }]));
    expect(await rows().find().toArray()).toMatchObject([
      { payload: { isPoison: true }, attempts: 1 },
    ]);
  });
});

/** The queue of a machine whose clock is so far off. Stopped when the test ends. */
async function createSkewedQueue(skew: number, handle: QueueHandler['handle']): Promise<Queue> {
  const { database } = throwaway;
  const now = () => new Date(Date.now() + skew);
  const skewedClock = new DatabaseClock({ machine: { ...systemClock, now } });
  await skewedClock.measure(() => database.client.db('admin').command({ hello: 1 }));
  const queue = Queue.create({
    ...{ database, audit, collectionName: 'test_queue', clock: skewedClock },
    settings: { leaseMilliseconds: LEASE, pollIntervalMilliseconds: 20, stopGraceMilliseconds: 0 },
  });
  queue.handle({ kind: KIND, handle });
  onTestFinished(() => queue.stop());
  return queue;
}

describe('workers on machines whose clocks are five minutes apart', () => {
  beforeEach(setUp);

  it.each([
    ['right', 'ahead', 0, 5 * MINUTE],
    ['ahead', 'right', 5 * MINUTE, 0],
    ['right', 'behind', 0, -5 * MINUTE],
    ['behind', 'right', -5 * MINUTE, 0],
  ])(
    'that are %s leave alone what is leased to one that is %s',
    async (_own, _its, skew, holderSkew) => {
      let begun = 0;
      let letGo = (): void => {};
      const held = new Promise<void>((resolve) => (letGo = resolve));
      const handle = async () => {
        begun += 1;
        await held;
      };
      const holder = await createSkewedQueue(holderSkew, handle);
      const other = await createSkewedQueue(skew, handle);
      await holder.add(row(1), context);
      const holding = holder.drain();
      await expect.poll(() => begun).toBe(1);

      expect(await other.drain()).toBe(0);
      const leasedUntil = (await rows().findOne())?.['leased_until'] as Date;
      expect(leasedUntil.getTime()).toBeLessThan(Date.now() + 2 * LEASE);
      letGo();
      expect(await holding).toBe(1);
      expect(begun).toBe(1);
    },
  );

  it('do each row once, and at once', async () => {
    const done: unknown[] = [];
    const handle: QueueHandler['handle'] = async (payload) => {
      done.push(payload);
    };
    const workers = await Promise.all(
      [-5 * MINUTE, 0, 5 * MINUTE].map((skew) => createSkewedQueue(skew, handle)),
    );
    workers.forEach((worker) => worker.start());
    for (let number = 0; number < 60; number += 1) {
      await workers[number % workers.length]!.add(row(number), context);
    }

    await expect.poll(() => rows().countDocuments()).toBe(0);
    expect(done).toHaveLength(60);
  });
});
