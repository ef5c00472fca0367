import { JobService, type JobDefinition, type JobRun } from '@org/jobs';
import { LeaseLostError, WorkerStoppedError } from '@org/queue';
import { ObjectId } from 'mongodb';
import { beforeEach, describe, expect, it } from 'vitest';

import { context, JobsTestBed, numberJob, type NumberPayload } from './services.ts';
import { until } from './until.ts';

const JOB = { name: 'test.number', payload: { number: 1 } };

let bed: JobsTestBed;

beforeEach(async () => {
  bed = await JobsTestBed.create();
});

/** A job that runs until it is let go, and what was begun of it. */
function heldJob(options: Partial<JobDefinition<NumberPayload>> = {}) {
  const begun: JobRun[] = [];
  let letGo = (): void => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const job = numberJob(async (_payload, run) => {
    begun.push(run);
    await held;
  }, options);
  return {
    begun,
    job,
    letGo: () => {
      letGo();
    },
  };
}

async function readLease() {
  return (await bed.queue.findOne()) as unknown as { leaseId: string; lockedAt: Date } | null;
}

/** What a worker leaves behind that is killed during its first attempt at a job. */
async function leaveBehind(jobs: JobService, { runStatus }: { readonly runStatus?: string }) {
  const { jobId } = await jobs.dispatch(JOB, context);
  const runId = new ObjectId().toHexString();
  const lease = { lockedAt: new Date(0), leaseId: 'of a dead worker' };
  await bed.queue.updateOne({}, { $set: { ...lease, runId, attempts: 1 } });
  if (runStatus !== undefined) {
    await bed.runs.insertOne({
      _id: new ObjectId(runId),
      job_name: JOB.name,
      job_id: jobId,
      status: runStatus,
      retry_count: 0,
      started_at: new Date(0),
    });
  }
  return { runId };
}

describe(JobService, () => {
  describe('two workers at one queue', () => {
    it('run each job once', async () => {
      const numbers: number[] = [];
      let haveBothBegun = (): void => {};
      const begun = new Promise<void>((resolve) => (haveBothBegun = resolve));
      const job = numberJob(
        async ({ number }) => {
          numbers.push(number);
          // More than one worker runs at once.
          if (numbers.length === 4) {
            haveBothBegun();
          }
          await begun;
        },
        { concurrency: 3 },
      );
      const jobs = await bed.startWorker({}, job);
      await bed.startWorker({}, job);

      const dispatched = Array.from({ length: 60 }, (_, number) => number);
      await Promise.all(
        dispatched.map((number) =>
          jobs.dispatch({ name: 'test.number', payload: { number } }, context),
        ),
      );
      await until(async () => (await bed.findRuns('succeeded')).length === 60);

      expect(numbers.sort((a, b) => a - b)).toEqual(dispatched);
      expect(await bed.runs.countDocuments()).toBe(60);
      await until(async () => (await bed.queue.countDocuments()) === 0);
      const workers = new Set((await bed.findRuns('succeeded')).map((run) => run['worker_id']));
      expect(workers.size).toBe(2);
    });
  });

  describe('a worker that runs a job', () => {
    it('renews the lease, so that a long job is not run twice', async () => {
      const { begun, job, letGo } = heldJob();
      const settings = { leaseMilliseconds: 300 };
      const jobs = await bed.startWorker(settings, job);
      await bed.startWorker(settings, job);
      await jobs.dispatch(JOB, context);
      await until(() => begun.length === 1);

      // Longer than the lease would have lasted.
      for (let halves = 0; halves < 6; halves += 1) {
        const { lockedAt } = (await readLease())!;
        bed.clock.advance(settings.leaseMilliseconds / 2);
        await until(async () => (await readLease())!.lockedAt > lockedAt);
      }
      letGo();
      await until(async () => (await bed.findRuns('succeeded')).length === 1);

      expect(begun).toHaveLength(1);
      expect(await bed.runs.countDocuments()).toBe(1);
    });

    it('is told that it lost the lease, and ends nothing any more', async () => {
      const { begun, job, letGo } = heldJob();
      const jobs = await bed.startWorker({ leaseMilliseconds: 150 }, job);
      await jobs.dispatch(JOB, context);
      const run = await until(() => begun[0]);

      const lease = { leaseId: 'of another worker', lockedAt: new Date('2100-01-01') };
      await bed.queue.updateOne({}, { $set: lease });

      await until(() => run.signal.aborted);
      expect(run.signal.reason).toBeInstanceOf(LeaseLostError);
      letGo();
      await jobs.stop();
      expect(await readLease()).toMatchObject(lease);
      expect(await bed.findRuns('running')).toHaveLength(1);
    });

    it('ends nothing when another ended its run while the job was at its end', async () => {
      const job = numberJob(async () => {
        await bed.queue.updateOne({}, { $set: { leaseId: 'of another worker' } });
        await bed.runs.updateOne({}, { $set: { status: 'failed', error: 'of another worker' } });
      });
      const jobs = await bed.startWorker({}, job);
      await jobs.dispatch(JOB, context);

      const { error } = await until(() => bed.errors[0]);

      expect(error).toBeInstanceOf(LeaseLostError);
      expect(await bed.queue.findOne()).toMatchObject({ leaseId: 'of another worker' });
      expect(await bed.runs.find().toArray()).toMatchObject([{ error: 'of another worker' }]);
    });
  });

  describe('a job whose worker no longer answers', () => {
    it('is run again when the lease has ended; the old run counts as failed', async () => {
      const job = numberJob(async (_payload, { attempt }) => {
        if (attempt === 1) {
          // As after kill -9: the lease is there, and nobody renews it.
          await bed.queue.updateOne({}, { $set: { lockedAt: new Date(0) } });
          await new Promise(() => {});
        }
      });
      const jobs = await bed.startWorker({}, job);
      await bed.startWorker({}, job);
      const { jobId } = await jobs.dispatch(JOB, context);

      await until(async () => (await bed.queue.countDocuments()) === 0);

      expect(await bed.findRuns('succeeded')).toMatchObject([{ job_id: jobId, retry_count: 1 }]);
      expect(await bed.findRuns('failed')).toMatchObject([
        { job_id: jobId, error: 'WorkerStoppedError: The worker stopped before the work ended.' },
      ]);
      expect(await bed.findRuns('running')).toEqual([]);
    });

    it('is not run again when it had succeeded and only the queue did not know', async () => {
      const { begun, job } = heldJob();
      const jobs = bed.createService({}, job);
      await leaveBehind(jobs, { runStatus: 'succeeded' });

      await jobs.start();
      await until(async () => (await bed.queue.countDocuments()) === 0);

      expect(begun).toEqual([]);
      expect(await bed.runs.countDocuments()).toBe(1);
    });

    it('is run again when its last run had failed and only the queue did not know', async () => {
      const jobs = bed.createService(
        {},
        numberJob(async () => {}),
      );
      await leaveBehind(jobs, { runStatus: 'failed' });

      await jobs.start();
      await until(async () => (await bed.queue.countDocuments()) === 0);

      expect(await bed.findRuns('succeeded')).toMatchObject([{ retry_count: 1 }]);
      expect(await bed.findRuns('failed')).toHaveLength(1);
    });

    it('has a run for the attempt that was killed before it stored one', async () => {
      const jobs = bed.createService(
        {},
        numberJob(async () => {}),
      );
      const { runId } = await leaveBehind(jobs, {});

      await jobs.start();
      await until(async () => (await bed.queue.countDocuments()) === 0);

      expect(await bed.findRuns('failed')).toMatchObject([
        { _id: new ObjectId(runId), retry_count: 0, ended_at: bed.clock.now() },
      ]);
      expect(await bed.findRuns('succeeded')).toMatchObject([{ retry_count: 1 }]);
    });

    it('is dead, and not begun again, when its attempts are used up', async () => {
      const { begun, job } = heldJob({ maximumAttempts: 3 });
      const jobs = bed.createService({}, job);
      await jobs.dispatch(JOB, context);
      await bed.queue.updateOne(
        {},
        { $set: { lockedAt: new Date(0), leaseId: 'of a dead worker', attempts: 3 } },
      );

      await jobs.start();

      const { items } = await until(async () => {
        const dead = await jobs.listDeadJobs({}, context);
        return dead.items.length > 0 && dead;
      });
      expect(items).toMatchObject([{ attempts: 3, status: 'dead' }]);
      expect(begun).toEqual([]);
    });
  });

  describe('stop', () => {
    it('waits for what runs', async () => {
      const { begun, job, letGo } = heldJob();
      const jobs = await bed.startWorker({ stopGraceMilliseconds: 60_000 }, job);
      await jobs.dispatch(JOB, context);
      const run = await until(() => begun[0]);

      const stopped = jobs.stop();
      letGo();
      await stopped;

      expect(run.signal.aborted).toBe(false);
      expect(await bed.findRuns('succeeded')).toHaveLength(1);
    });

    it('gives back what takes longer, without counting the attempt', async () => {
      const { begun, job } = heldJob();
      const jobs = await bed.startWorker({ stopGraceMilliseconds: 1 }, job);
      await jobs.dispatch(JOB, context);
      const run = await until(() => begun[0]);

      await jobs.stop();

      expect(run.signal.reason).toBeInstanceOf(WorkerStoppedError);
      expect(await bed.queue.findOne()).toMatchObject({
        lockedAt: null,
        leaseId: null,
        attempts: 0,
        nextRunAt: bed.clock.now(),
      });
      expect(await bed.findRuns('failed')).toHaveLength(1);

      await bed.startWorker(
        {},
        numberJob(async () => {}),
      );
      await until(async () => (await bed.findRuns('succeeded')).length === 1);
    });

    it('leaves no job taken, whenever it comes', async () => {
      const job = numberJob(async () => {});
      const producer = bed.createService({}, job);
      for (let round = 0; round < 15; round += 1) {
        const worker = await bed.startWorker({}, job);
        const dispatched = Array.from({ length: 8 }, () => producer.dispatch(JOB, context));
        await Promise.all(dispatched.slice(0, (round % 8) + 1));
        await worker.stop();
        await Promise.all(dispatched);
      }

      expect(await bed.queue.countDocuments({ lockedAt: { $ne: null } })).toBe(0);
      expect(await bed.findRuns('running')).toEqual([]);
    });

    it('stops a worker that is still starting', async () => {
      const { begun, job } = heldJob();
      const jobs = bed.createService({}, job);
      jobs.registerCleanUp({ name: 'test.clean-up', deleteExpired: async () => {} });

      const started = jobs.start();
      await jobs.stop();
      await started;
      await jobs.dispatch(JOB, context);

      // Another worker has it: the first one takes no more.
      await bed.startWorker(
        {},
        numberJob(async () => {}),
      );
      await until(async () => (await bed.findRuns('succeeded')).length === 1);
      expect(begun).toEqual([]);
    });

    it('may be followed by another start', async () => {
      const jobs = await bed.startWorker(
        {},
        numberJob(async () => {}),
      );
      await jobs.stop();
      await jobs.start();

      await jobs.dispatch(JOB, context);

      await until(async () => (await bed.findRuns('succeeded')).length === 1);
    });
  });
});
