import { Decimal128, Long, ObjectId } from 'mongodb';
import { beforeEach, describe, expect, it } from 'vitest';

import { createQueue, errors, row, rows, setUp } from './queue-steps.ts';
import { context } from './services.ts';

beforeEach(setUp);

/** Later than a Date can be. */
const NO_DATE = Long.fromString('9000000000000000000');

/** Copies of a waiting row, as another program might leave them; all due before it. */
async function insertOdd(fields: readonly object[]): Promise<void> {
  const stored = await rows().findOne();
  const due = { next_attempt_at: new Date(0) };
  await rows().insertMany(
    fields.map((odd) => ({ ...stored, _id: new ObjectId(), ...due, ...odd })),
    { bypassDocumentValidation: true },
  );
}

function createNotingQueue(concurrency: number) {
  const done: unknown[] = [];
  const handle = async (payload: object): Promise<void> => {
    done.push(payload);
  };
  return { done, queue: createQueue(handle, { concurrency }) };
}

describe('a row that another program left malformed', () => {
  it.each([
    { attempts: Long.MAX_VALUE },
    { attempts: NaN },
    { attempts: [1] },
    { attempts: Decimal128.fromString('9E6000') },
  ])('is in nobody’s way with %j, however many there are', async (odd) => {
    const { queue, done } = createNotingQueue(1);
    await queue.add(row(1), context);
    await insertOdd(Array.from({ length: 150 }, () => odd));

    expect(await queue.drain()).toBe(1);
    expect(done).toEqual([{ number: 1 }]);
    expect(errors).toEqual([]);
  });

  it.each([{ attempts: 'x' }, { expires_at: null }, { next_attempt_at: 'x' }])(
    'holds up no other of its key with %j',
    async (odd) => {
      const { queue, done } = createNotingQueue(1);
      await queue.add(row(1, { key: 'a' }), context);
      await insertOdd([{ sequence: -1, payload: { number: 0 }, ...odd }]);

      await queue.drain();

      expect(done).toContainEqual({ number: 1 });
    },
  );

  it('without a key is done although others without one are not due', async () => {
    const { queue, done } = createNotingQueue(1);
    await queue.add(row(1, { dueAt: new Date('2100-01-01') }), context);
    await queue.add(row(2), context);
    await insertOdd([{ key: null, sequence: 5 }]);

    await queue.drain();

    expect(done).toEqual([{ number: 1 }, { number: 2 }]);
  });

  it('is listed as far as it can be read', async () => {
    const queue = createQueue();
    await queue.add(row(1), context);
    await insertOdd([
      { kind: 5, key: 7, last_error: { a: 1 }, created_at: new Date(NaN) },
      { kind: null, attempts: 'x', next_attempt_at: 'x' },
    ]);
    await rows().updateOne({ kind: 5 }, [{ $set: { created_at: { $toDate: NO_DATE } } }], {
      bypassDocumentValidation: true,
    });

    const { items } = await queue.listWaitingRows({}, context);

    expect(items.map(({ kind }) => kind).toSorted()).toEqual(['5', 'null', 'test']);
    expect(items.find(({ kind }) => kind === '5')).toMatchObject({
      key: '7',
      lastError: '{"a":1}',
      createdAt: new Date(0),
    });
    expect(items.find(({ kind }) => kind === 'null')).toMatchObject({
      attempts: NaN,
      dueAt: new Date(0),
    });
  });

  it('is counted with the others', async () => {
    const queue = createQueue(async () => {});
    await queue.add(row(1), context);
    await insertOdd([{ next_attempt_at: 5 }, { next_attempt_at: 'x' }, { kind: null }]);

    expect(await queue.getStatistics(context)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'test', waiting: 3, oldestMilliseconds: 0 }),
        expect.objectContaining({ kind: 'null', waiting: 1, isHandled: false }),
      ]),
    );
  });

  it('leaves the lists their cursors, whatever its id is', async () => {
    const queue = createQueue();
    await queue.add(row(1), context);
    await insertOdd([{ _id: true }, { _id: new Date() }]);

    const first = await queue.listWaitingRows({ limit: 1 }, context);

    expect(first).toMatchObject({ items: [{ kind: 'test' }], nextCursor: null });
  });
});
