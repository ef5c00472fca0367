import { JobService } from '@org/jobs';
import { beforeEach, describe, expect, it } from 'vitest';

import { context, JobsTestBed, numberJob } from './services.ts';

let bed: JobsTestBed;
let jobs: JobService;

beforeEach(async () => {
  bed = await JobsTestBed.create();
  jobs = bed.createService(
    {},
    numberJob(async () => {}),
  );
});

async function dispatch(number: number): Promise<string> {
  const { jobId } = await jobs.dispatch({ name: 'test.number', payload: { number } }, context);
  return jobId;
}

describe(JobService, () => {
  describe('initialize', () => {
    it('creates the indexes of the contract and those that agenda needs', async () => {
      expect((await bed.runs.indexes()).map(({ name, key }) => [name, key])).toEqual([
        ['_id_', { _id: 1 }],
        ['job_name_started_at_index', { job_name: 1, started_at: -1 }],
        ['status_index', { status: 1 }],
      ]);
      expect((await bed.queue.indexes()).map(({ name }) => name)).toEqual([
        '_id_',
        'findAndLockNextJobIndex',
        'scheduled_name_unique',
      ]);
    });

    it("gives agenda's collection no validator", async () => {
      const [{ options } = {}] = await bed.throwaway.database.driver
        .listCollections({ name: 'agendaJobs' }, { nameOnly: false })
        .toArray();

      expect(options).toEqual({});
    });
  });

  describe('listJobs', () => {
    it('lists page by page, newest first', async () => {
      const ids = [await dispatch(1), await dispatch(2), await dispatch(3)];

      const first = await jobs.listJobs({ limit: 2 }, context);
      const second = await jobs.listJobs({ limit: 2, cursor: first.nextCursor! }, context);

      expect(first.items.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
      expect(second.items.map(({ id }) => id)).toEqual([ids[0]]);
      expect(second.nextCursor).toBeNull();
      expect(second.items[0]).toEqual({
        id: ids[0],
        name: 'test.number',
        status: 'waiting',
        payload: { number: 1 },
        schedule: null,
        timezone: 'UTC',
        attempts: 0,
        runsAt: bed.clock.now(),
        lastError: null,
        deadAt: null,
        createdAt: expect.any(Date) as Date,
      });
    });

    it('lists the jobs of one name', async () => {
      await dispatch(1);

      expect((await jobs.listJobs({ name: 'test.number' }, context)).items).toHaveLength(1);
      expect((await jobs.listJobs({ name: 'test.other' }, context)).items).toEqual([]);
    });

    it('reads a job that agenda itself stored', async () => {
      await bed.queue.insertOne({
        name: 'test.number',
        type: 'normal',
        data: { number: 4, otp: '123456' },
        nextRunAt: null,
        lockedAt: null,
        repeatInterval: null,
        failReason: 'broken',
        created_at: new Date(0),
        updated_at: new Date(0),
      });

      expect((await jobs.listJobs({}, context)).items).toMatchObject([
        { payload: { number: 4, otp: '[redacted]' }, attempts: 0, lastError: 'broken' },
      ]);
    });
  });

  describe('listJobRuns', () => {
    it('lists the attempts of all jobs or of one, newest first', async () => {
      const run = { status: 'failed', retry_count: 0, arguments: { number: 1 } };
      const times = { created_at: new Date(0), updated_at: new Date(0), ended_at: new Date(3) };
      await bed.runs.insertMany([
        { ...run, ...times, job_name: 'test.number', started_at: new Date(1), error: 'broken' },
        { ...run, ...times, job_name: 'test.other', started_at: new Date(2) },
      ]);

      const all = await jobs.listJobRuns({}, context);
      const ofOne = await jobs.listJobRuns({ name: 'test.number' }, context);

      expect(all.map(({ jobName }) => jobName)).toEqual(['test.other', 'test.number']);
      expect(ofOne).toEqual([
        {
          id: all[1]!.id,
          jobName: 'test.number',
          jobId: null,
          status: 'failed',
          arguments: { number: 1 },
          retryCount: 0,
          startedAt: new Date(1),
          endedAt: new Date(3),
          error: 'broken',
        },
      ]);
    });
  });

  describe('getQueueStatistics', () => {
    it('counts what waits, runs and is dead, and how old the oldest is', async () => {
      const now = bed.clock.now();
      await dispatch(1);
      const job = { name: 'test.number', type: 'normal', lockedAt: null, nextRunAt: null };
      await bed.queue.insertMany([
        { ...job, nextRunAt: new Date(now.getTime() - 5_000) },
        // Its worker no longer answers.
        { ...job, nextRunAt: now, lockedAt: new Date(now.getTime() - 60_000) },
        { ...job, nextRunAt: now, lockedAt: now },
        { ...job, deadAt: now },
        { ...job, nextRunAt: new Date(now.getTime() + 5_000) },
        { ...job, nextRunAt: new Date(0), name: 'of an earlier version' },
      ]);

      expect(await jobs.getQueueStatistics(context)).toEqual({
        waiting: 3,
        running: 1,
        dead: 1,
        oldestWaitingMilliseconds: 5_000,
        healthCheckedAt: null,
      });
    });

    it('says zero for an empty queue', async () => {
      expect(await jobs.getQueueStatistics(context)).toMatchObject({
        waiting: 0,
        oldestWaitingMilliseconds: 0,
      });
    });
  });
});
