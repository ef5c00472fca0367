import {
  InvalidJobPayloadError,
  JobNotFoundError,
  JobService,
  JobTimeLimitExceededError,
  type JobDefinition,
  type JobRun,
} from '@org/jobs';
import { beforeEach, describe, expect, it } from 'vitest';

import { context, JobsTestBed, numberJob, type NumberPayload } from './services.ts';
import { until } from './until.ts';

let bed: JobsTestBed;

beforeEach(async () => {
  bed = await JobsTestBed.create();
});

async function startWorker(job: JobDefinition<NumberPayload>): Promise<JobService> {
  return bed.startWorker({}, job);
}

async function dispatch(jobs: JobService, number = 1): Promise<string> {
  const { jobId } = await jobs.dispatch({ name: 'test.number', payload: { number } }, context);
  return jobId;
}

describe(JobService, () => {
  describe('a job that succeeds', () => {
    it('leaves the queue, and a run that tells of it', async () => {
      const seen: unknown[] = [];
      const jobs = await startWorker(
        numberJob(async (payload, run) => {
          seen.push(payload, run.attempt, run.context.actor, run.context.requestId);
        }),
      );

      const jobId = await dispatch(jobs, 7);
      const [run] = await until(async () => {
        const runs = await bed.findRuns('succeeded');
        return runs.length > 0 && runs;
      });

      const runId = run?._id.toHexString();
      expect(seen).toEqual([{ number: 7 }, 1, { type: 'job', id: runId }, runId]);
      expect(run).toMatchObject({
        job_name: 'test.number',
        job_id: jobId,
        arguments: { number: 7 },
        retry_count: 0,
        started_at: bed.clock.now(),
        ended_at: bed.clock.now(),
        error: null,
      });
      await until(async () => (await bed.queue.countDocuments()) === 0);
    });

    it('is woken by the change stream, without waiting for the next poll', async () => {
      let ran = 0;
      const jobs = await bed.startWorker(
        { pollIntervalMilliseconds: 60_000 },
        numberJob(async () => {
          ran += 1;
        }),
      );

      // The stream may not be open yet when the first one is dispatched.
      await until(async () => {
        await dispatch(jobs);
        return ran > 0;
      });
    });

    it('makes room for the next at once', async () => {
      const numbers: number[] = [];
      const jobs = bed.createService(
        { pollIntervalMilliseconds: 60_000 },
        numberJob(
          async ({ number }) => {
            numbers.push(number);
          },
          { concurrency: 1 },
        ),
      );
      for (const number of [1, 2, 3]) {
        await dispatch(jobs, number);
      }

      await jobs.start();

      await until(() => numbers.length === 3);
      expect(numbers).toEqual([1, 2, 3]);
    });

    it('keeps personal fields, and what is named like a secret, out of the run', async () => {
      const name = 'test.secret';
      const received: object[] = [];
      const jobs = await bed.startWorker(
        {},
        {
          name,
          payloadSchema: { type: 'object' },
          personalFields: ['username'],
          run: async (payload: { readonly username: string }) => {
            received.push(payload);
          },
        },
      );
      const payload = {
        username: 'ada',
        links: [{ resetToken: 't' }],
        newPassword: { value: 'p' },
      };

      await jobs.dispatch({ name, payload }, context);
      await until(async () => (await bed.findRuns('succeeded')).length === 1);

      expect(received).toEqual([payload]);
      expect((await bed.runs.findOne())?.['arguments']).toEqual({
        username: '[redacted]',
        links: [{ resetToken: '[redacted]' }],
        newPassword: '[redacted]',
      });
    });
  });

  describe('a job that throws', () => {
    it('is retried until it succeeds; every attempt is a run', async () => {
      const jobs = await startWorker(
        numberJob(async (_payload, { attempt }) => {
          if (attempt < 3) {
            throw new Error(`not yet, ${attempt}`);
          }
        }),
      );

      await dispatch(jobs);
      await until(async () => (await bed.findRuns('succeeded')).length === 1);

      const runs = await bed.runs.find().sort({ _id: 1 }).toArray();
      expect(runs.map((run) => [run['status'], run['retry_count'], run['error']])).toEqual([
        ['failed', 0, 'Error: not yet, 1'],
        ['failed', 1, 'Error: not yet, 2'],
        ['succeeded', 2, null],
      ]);
      expect(bed.errors.map(({ attempt }) => attempt?.attempt)).toEqual([1, 2]);
    });

    it('waits before the next attempt', async () => {
      bed.clock.advance(new Date('2100-01-01').getTime() - bed.clock.now().getTime());
      const jobs = await startWorker(
        numberJob(
          async () => {
            throw new Error('always');
          },
          { retryDelayMilliseconds: 8_000 },
        ),
      );
      await jobs.dispatchAt(
        { name: 'test.number', payload: { number: 1 }, at: new Date(0) },
        context,
      );

      // The run ends first, then the job is given back.
      const job = await until(
        async () => (await bed.queue.findOne({ attempts: 1, lockedAt: null })) ?? undefined,
      );
      const pause = (job['nextRunAt'] as Date).getTime() - bed.clock.now().getTime();
      expect(pause).toBeGreaterThanOrEqual(4_000);
      expect(pause).toBeLessThanOrEqual(8_000);
      expect(job).toMatchObject({ lockedAt: null, leaseId: null, deadAt: null, attempts: 1 });
    });

    it('is dead after its last attempt, listed, and replayed from the first', async () => {
      let isBroken = true;
      const jobs = await startWorker(
        numberJob(
          () => {
            if (isBroken) {
              throw new Error('broken');
            }
            return Promise.resolve();
          },
          { maximumAttempts: 2 },
        ),
      );
      const jobId = await dispatch(jobs);
      const [dead] = await until(async () => {
        const { items } = await jobs.listDeadJobs({}, context);
        return items.length > 0 && items;
      });
      expect(dead).toMatchObject({
        id: jobId,
        status: 'dead',
        attempts: 2,
        runsAt: null,
        lastError: 'Error: broken',
        deadAt: bed.clock.now(),
      });
      expect(await bed.findRuns('failed')).toHaveLength(2);

      isBroken = false;
      await jobs.replayDeadJob({ jobId }, context);

      const [run] = await until(async () => {
        const runs = await bed.findRuns('succeeded');
        return runs.length > 0 && runs;
      });
      expect(run).toMatchObject({ job_id: jobId, retry_count: 0 });
      await until(async () => (await bed.queue.countDocuments()) === 0);
      expect(bed.audit.events).toMatchObject([
        { resourceType: 'jobs', resourceId: jobId, action: 'job_replayed' },
      ]);
    });

    it('cannot be replayed unless it is dead', async () => {
      const jobs = bed.createService(
        {},
        numberJob(async () => {}),
      );
      const jobId = await dispatch(jobs);

      for (const id of [jobId, '64b0000000000000000000ff', 'no id']) {
        await expect(jobs.replayDeadJob({ jobId: id }, context)).rejects.toThrow(JobNotFoundError);
      }
      expect(bed.audit.events).toEqual([]);
    });
  });

  describe('a job whose stored payload is refused', () => {
    it('is dead at once, and never called', async () => {
      let calls = 0;
      const jobs = bed.createService(
        {},
        numberJob(async () => {
          calls += 1;
        }),
      );
      await dispatch(jobs);
      await bed.queue.updateOne({}, { $set: { data: { number: 'seven' } } });

      await jobs.start();
      await until(async () => (await jobs.listDeadJobs({}, context)).items.length === 1);

      expect(calls).toBe(0);
      expect(await bed.findRuns('failed')).toHaveLength(1);
      expect(bed.errors).toMatchObject([{ error: expect.any(InvalidJobPayloadError) as unknown }]);
    });
  });

  describe('a job that cannot be read', () => {
    it('is dead at once, and in nobody’s way', async () => {
      const jobs = bed.createService(
        {},
        numberJob(async () => {}),
      );
      await dispatch(jobs);
      await bed.queue.updateOne({}, { $set: { lastFinishedAt: 'yesterday' } });
      const id = await dispatch(jobs);
      await jobs.start();

      await until(async () => (await bed.findRuns('succeeded')).length === 1);
      expect(await bed.findRuns('succeeded')).toMatchObject([{ job_id: id }]);
      await until(async () => (await bed.queue.findOne({ deadAt: { $ne: null } })) !== null);
      expect(await bed.queue.findOne()).toMatchObject({ lockedAt: null, nextRunAt: null });
    });
  });

  describe('a job that hangs', () => {
    it('is aborted at its time limit, counts as failed, and is given up', async () => {
      const seen: JobRun[] = [];
      const jobs = await startWorker(
        numberJob(
          async (_payload, run) => {
            seen.push(run);
            if (run.attempt === 1) {
              await new Promise(() => {});
            }
          },
          { timeLimitMilliseconds: 30 },
        ),
      );

      await dispatch(jobs);
      await until(async () => (await bed.findRuns('succeeded')).length === 1);

      expect(await bed.findRuns('failed')).toMatchObject([
        { error: 'JobTimeLimitExceededError: The job took longer than its time limit of 30 ms.' },
      ]);
      expect(seen[0]?.signal.reason).toBeInstanceOf(JobTimeLimitExceededError);
      expect(seen[1]?.signal.aborted).toBe(false);
    });
  });
});
