import type { QueueHandler } from '@org/queue';
import { beforeEach, describe, expect, it } from 'vitest';

import {
  clock,
  createQueue,
  effects,
  KIND,
  MINUTE,
  row,
  rows,
  setUp,
  throwaway,
} from './queue-steps.ts';
import { context } from './services.ts';

beforeEach(setUp);

describe('rows with a key', () => {
  it('are done in the order of their transactions, by however many workers', async () => {
    const seen: Record<string, number[]> = { a: [], b: [], c: [] };
    const handle: QueueHandler['handle'] = async (payload) => {
      const { key, number } = payload as { key: string; number: number };
      seen[key]?.push(number);
    };
    const queue = createQueue(handle);
    for (let number = 1; number <= 20; number += 1) {
      for (const key of ['a', 'b', 'c']) {
        await queue.add({ kind: KIND, key, payload: { key, number } }, context);
      }
    }
    [1, 2, 3].forEach(() => createQueue(handle).start());

    await expect.poll(() => rows().countDocuments()).toBe(0);
    const inOrder = Array.from({ length: 20 }, (_, index) => index + 1);
    expect(seen).toEqual({ a: inOrder, b: inOrder, c: inOrder });
  });

  it('are ordered by commit, not by id or clock', async () => {
    const seen: unknown[] = [];
    const queue = createQueue(async (payload) => {
      seen.push(payload);
    });
    const { database } = throwaway;
    let quickly: Promise<string> | undefined;
    // The first is at work first, and commits last.
    await database.withTransaction(context, async (transaction) => {
      await database.runIn(transaction, (session) => effects().insertOne({}, session));
      await (quickly ??= queue.add(row(2, { key: 'a' }), context));
      await queue.add(row(1, { key: 'a' }), transaction);
    });
    await queue.drain();

    expect(seen).toEqual([{ number: 2 }, { number: 1 }]);
  });

  it('are ordered also if they are stored at once', async () => {
    const seen: unknown[] = [];
    const queue = createQueue(async (payload) => {
      seen.push(payload);
    });
    await queue.addMany([row(1, { key: 'a' }), row(2, { key: 'a' }), row(3)], context);
    await queue.addMany([row(4, { key: 'a' }), row(5, { key: 'a' })], context);
    await queue.drain();

    const ordered = seen.filter((payload) => (payload as { number: number }).number !== 3);
    expect(ordered).toEqual([1, 2, 4, 5].map((number) => ({ number })));
  });

  it('are numbered by key, also beside rows without one', async () => {
    const queue = createQueue();
    await queue.addMany([row(1), row(2, { key: '' }), row(3), row(4, { key: '' })], context);

    const stored = await rows().find({ key: '' }).sort({ 'payload.number': 1 }).toArray();
    expect(stored.map(({ sequence }) => sequence as number)).toEqual([1, 2]);
  });

  it('go in their order also if later ones are more urgent, in nobody else’s way', async () => {
    const seen: number[] = [];
    const queue = createQueue(
      async (payload) => {
        seen.push((payload as { number: number }).number);
      },
      { concurrency: 3 },
    );
    await queue.add(row(1, { key: 'a', priority: 'bulk' }), context);
    for (const number of [2, 3, 4, 5, 6, 7]) {
      await queue.add(row(number, { key: 'a', priority: 'urgent' }), context);
    }
    await queue.add(row(8, { priority: 'bulk' }), context);
    await queue.drain();

    expect(seen.filter((number) => number !== 8)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(seen).toContain(8);
  });

  it('are not done before their time when the one before ends', async () => {
    const queue = createQueue(async () => {});
    const tomorrow = new Date(clock.now().getTime() + 86_400_000);
    await queue.add(row(1, { key: 'a' }), context);
    await queue.add(row(2, { key: 'a', dueAt: tomorrow }), context);

    expect(await queue.drain()).toBe(1);
    clock.advance(86_400_000);
    expect(await queue.drain()).toBe(1);
  });

  it('of many keys that wait hold up no other row, and are not written again and again', async () => {
    const done: unknown[] = [];
    const queue = createQueue(
      async (payload) => {
        if ('fails' in payload) {
          throw new Error('not yet');
        }
        done.push(payload);
      },
      { retryDelayMilliseconds: MINUTE },
    );
    const keys = Array.from({ length: 40 }, (_, index) => `key ${index}`);
    await queue.addMany(
      keys.map((key) => ({ kind: KIND, key, payload: { fails: true } })),
      context,
    );
    await queue.drain();
    await rows().updateMany({}, { $set: { next_attempt_at: new Date('2100-01-01') } });
    await queue.addMany(
      keys.map((key) => row(1, { key })),
      context,
    );
    await queue.add(row(100), context);
    await queue.drain();
    expect(done).toEqual([{ number: 100 }]);

    const before = await rows().find({ 'payload.number': 1 }).toArray();
    clock.advance(1_000);
    await queue.add(row(2, { key: 'key 0' }), context);
    await queue.drain();
    expect(await rows().find({ 'payload.number': 1 }).toArray()).toEqual(before);
  });

  it('wait for one that failed, in nobody else’s way, and go on once it is dead', async () => {
    const seen: number[] = [];
    const queue = createQueue(
      async (payload) => {
        const { number } = payload as { number: number };
        seen.push(number);
        if (number === 1) {
          throw new Error('poison');
        }
      },
      { maximumAttempts: 2, concurrency: 1 },
    );
    await queue.add(row(1, { key: 'poisoned' }), context);
    await queue.drain();
    // More than are looked at, all in line before the last.
    const behind = Array.from({ length: 60 }, (_, index) => row(index + 2, { key: 'poisoned' }));
    await queue.addMany(behind.slice(0, 1), context);
    for (const next of behind.slice(1)) {
      await queue.add(next, context);
    }
    await queue.add(row(100, { key: 'healthy' }), context);
    await queue.drain();
    await queue.drain();
    expect(seen).toEqual([1, 100]);

    clock.advance(MINUTE);
    await queue.drain();

    expect(seen).toEqual([1, 100, 1, ...behind.map((_, index) => index + 2)]);
  });
});
