import { Long, ObjectId } from 'mongodb';
import { beforeEach, describe, expect, it } from 'vitest';

import { context, JobsTestBed, numberJob } from './services.ts';

let bed: JobsTestBed;

beforeEach(async () => {
  bed = await JobsTestBed.create();
});

const ODD = [
  { attempts: 'x' },
  { attempts: Long.MAX_VALUE },
  { data: 5 },
  { data: [1] },
  { runId: 5 },
  { runId: 'zz' },
  { repeatInterval: 5 },
  { repeatTimezone: 5 },
  { nextRunAt: 'x' },
  { deadAt: 'x' },
  { created_at: 'x' },
  { _id: 'text' },
];

/** A copy of the one job that waits, as another program might leave it; due before it. */
async function insertOdd(odd: object): Promise<void> {
  const job = await bed.queue.findOne();
  await bed.queue.insertOne({ ...job, _id: new ObjectId(), nextRunAt: new Date(0), ...odd });
}

describe('a job that another program left malformed', () => {
  it.each(ODD)('is dead at once with %j, and in nobody’s way', async (odd) => {
    const seen: unknown[] = [];
    const run = async (payload: object) => {
      seen.push(payload);
    };
    const jobs = bed.createService({}, numberJob(run, { concurrency: 1 }));
    await jobs.dispatch({ name: 'test.number', payload: { number: 1 } }, context);
    await insertOdd({ ...odd, data: 'data' in odd ? odd.data : { number: 2 } });

    await jobs.start();

    await expect.poll(() => seen).toEqual([{ number: 1 }]);
    await expect
      .poll(() => bed.queue.find().toArray())
      .toMatchObject([{ nextRunAt: null, lockedAt: null, deadAt: expect.any(Date) }]);
  });

  it.each([...ODD, { lockedAt: 'x' }, { failReason: 5 }, { _id: true }])(
    'hides no other from the list with %j',
    async (odd) => {
      const jobs = bed.createService(
        {},
        numberJob(async () => {}),
      );
      await jobs.dispatch({ name: 'test.number', payload: { number: 1 } }, context);
      await insertOdd(odd);

      const { items, nextCursor } = await jobs.listJobs({ limit: 1 }, context);

      expect(items).toMatchObject([{ payload: { number: 1 } }]);
      expect(nextCursor).toBeNull();
      expect(await jobs.getQueueStatistics(context)).toMatchObject({ dead: 0 });
    },
  );
});
