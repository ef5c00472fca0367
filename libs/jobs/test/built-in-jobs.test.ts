import { InvalidJobPayloadError, type JobService } from '@org/jobs';
import type { OperationContext } from '@org/core';
import { beforeEach, describe, expect, it } from 'vitest';

import { context, JobsTestBed, numberJob } from './services.ts';
import { until } from './until.ts';

const DAY = 24 * 60 * 60_000;

let bed: JobsTestBed;
let jobs: JobService;
let cleanings: OperationContext[];

beforeEach(async () => {
  bed = await JobsTestBed.create();
  cleanings = [];
  jobs = bed.createService(
    { retentionMilliseconds: 10 * DAY },
    numberJob(async () => {}),
  );
  jobs.registerBuiltInJobs({
    audit: {
      deleteExpiredRecords: async (cleaning) => {
        cleanings.push(cleaning);
      },
    },
  });
});

async function runByHand(name: string): Promise<void> {
  await jobs.dispatchByHand({ name, payload: {} }, context);
  await until(
    async () => (await bed.runs.countDocuments({ job_name: name, status: 'succeeded' })) === 1,
  );
}

describe('registerBuiltInJobs', () => {
  it('schedules the health check every minute and the retentions daily', async () => {
    await jobs.start();

    const schedules = await bed.queue.find({ type: 'single' }).sort({ name: 1 }).toArray();
    expect(schedules.map((job) => [job['name'], job['repeatInterval']])).toEqual([
      ['audit.retention', '0 3 * * *'],
      ['jobs.health-check', '* * * * *'],
      ['jobs.retention', '0 3 * * *'],
    ]);
    for (const { nextRunAt } of schedules as unknown as { nextRunAt: Date }[]) {
      expect(nextRunAt.getUTCSeconds()).toBe(0);
    }
  });

  it.each(['audit.retention', 'jobs.health-check', 'jobs.retention'])(
    'refuses a payload for %s, which takes none',
    async (name) => {
      const refused = jobs.dispatchByHand({ name, payload: { days: 1 } }, context);

      await expect(refused).rejects.toThrow(InvalidJobPayloadError);
      expect(await bed.queue.countDocuments({ name })).toBe(0);
    },
  );

  it('stamps when the health check ran last', async () => {
    await jobs.start();
    expect((await jobs.getQueueStatistics(context)).healthCheckedAt).toBeNull();

    await bed.queue.updateOne({ name: 'jobs.health-check' }, { $set: { nextRunAt: new Date(0) } });

    await until(async () => (await jobs.getQueueStatistics(context)).healthCheckedAt !== null);
    const { healthCheckedAt } = await jobs.getQueueStatistics(context);
    expect(healthCheckedAt).toEqual(bed.clock.now());
  });

  it('has the audit trail delete its expired records', async () => {
    await jobs.start();

    await runByHand('audit.retention');

    expect(cleanings).toHaveLength(1);
    expect(cleanings[0]?.actor.type).toBe('job');
  });

  it('deletes runs and ended jobs that are older than the retention, and nothing else', async () => {
    const now = bed.clock.now().getTime();
    const old = new Date(now - 11 * DAY);
    const recent = new Date(now - 9 * DAY);
    const run = { job_name: 'test.number', retry_count: 0, arguments: {} };
    await bed.runs.insertMany([
      { ...run, status: 'succeeded', started_at: old },
      { ...run, status: 'failed', started_at: old, job_name: 'of an earlier version' },
      { ...run, status: 'succeeded', started_at: recent },
    ]);
    const ended = { name: 'test.number', type: 'normal', nextRunAt: null, lockedAt: null };
    await bed.queue.insertMany([
      { ...ended, lastFinishedAt: old },
      { ...ended, lastFinishedAt: old, deadAt: old },
      { ...ended, lastFinishedAt: recent, deadAt: recent },
      { ...ended, lastFinishedAt: old, nextRunAt: new Date('2100-01-01') },
    ]);
    await jobs.start();

    await runByHand('jobs.retention');

    const runs = await bed.runs.find({ job_name: { $ne: 'jobs.retention' } }).toArray();
    expect(runs.map((kept) => kept['started_at'] as Date)).toEqual([recent]);
    expect(await bed.queue.countDocuments({ name: 'test.number' })).toBe(2);
    expect(await bed.queue.countDocuments({ deadAt: recent })).toBe(1);
  });
});

describe('registerCleanUp', () => {
  it("schedules a module's own daily deletion", async () => {
    let deletions = 0;
    jobs.registerCleanUp({
      name: 'test.retention',
      deleteExpired: async () => {
        deletions += 1;
      },
    });
    await jobs.start();

    await runByHand('test.retention');

    expect(deletions).toBe(1);
    expect(await bed.queue.findOne({ name: 'test.retention', type: 'single' })).toMatchObject({
      repeatInterval: '0 3 * * *',
    });
  });
});
