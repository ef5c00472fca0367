import { createThrowawayDatabase, FakeClock } from '@org/core/testing';
import { LeaseLostError } from '@org/queue';
import { ObjectId } from 'mongodb';
import { beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';

import { JobAttemptWriter } from '../src/internal/job-attempt-writer.ts';
import { JobRegistry } from '../src/internal/job-registry.ts';
import { convertQueuedJobBsonToClaimedJob, type ClaimedJob } from '../src/internal/job-util.ts';
import { JobRunRepository } from '../src/internal/store/job-run-repository.ts';
import { QueuedJobRepository } from '../src/internal/store/queued-job-repository.ts';
import { context, JobsTestBed, numberJob } from './services.ts';

const RUN_ID = '64b0000000000000000000aa';

/** Gives the next run an id that the test knows. */
class RunsOfKnownId extends JobRunRepository {
  override createId(): string {
    return RUN_ID;
  }
}

let bed: JobsTestBed;
let attempts: JobAttemptWriter;
let claim: ClaimedJob;

beforeEach(async () => {
  bed = await JobsTestBed.create();
  const job = numberJob(async () => {});
  const registry = new JobRegistry();
  registry.register(job);
  const producer = bed.createService({}, job);
  await producer.dispatch({ name: 'test.number', payload: { number: 1 } }, context);
  const dependencies = { database: bed.throwaway.database, audit: bed.audit };
  const jobs = new QueuedJobRepository(dependencies);
  const runs = new RunsOfKnownId(dependencies);
  attempts = new JobAttemptWriter({ jobs, runs, registry, clock: bed.clock });
  const lease = { now: bed.clock.now(), leaseMilliseconds: 30_000, workerId: 'worker-1' };
  const wanted = { kinds: ['test.number'], urgentKinds: [] };
  const [waiting] = await jobs.findClaimable(wanted, lease, 1, context);
  claim = convertQueuedJobBsonToClaimedJob((await jobs.claim(waiting!, lease, context))!);
});

it('a run has an id of the time that the clock tells', async () => {
  const clock = new FakeClock();
  const throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri'), clock });
  onTestFinished(() => throwaway.remove());
  const runs = new JobRunRepository({ database: throwaway.database, audit: bed.audit });

  const id = runs.createId();

  expect(new ObjectId(id).getTimestamp()).toEqual(clock.now());
});

describe(JobAttemptWriter, () => {
  it('begins no attempt whose job another worker has', async () => {
    const lost = { ...claim, leaseId: 'of another worker' };

    await expect(attempts.beginAttempt(lost, 'worker-1', context)).rejects.toThrow(LeaseLostError);
    expect(await bed.runs.countDocuments()).toBe(0);
    expect(await bed.queue.findOne()).toMatchObject({ attempts: 0 });
  });

  it('begins no attempt whose run was ended before it was stored', async () => {
    await bed.queue.updateOne({}, { $set: { runId: RUN_ID } });
    await attempts.endAbandonedRun(claim, RUN_ID, null, context);

    await expect(attempts.beginAttempt(claim, 'worker-1', context)).rejects.toThrow(LeaseLostError);
    expect(await bed.runs.find().toArray()).toMatchObject([
      { _id: new ObjectId(RUN_ID), status: 'failed' },
    ]);
  });

  it('lets a run succeed once, and not after it failed', async () => {
    const attempt = await attempts.beginAttempt(claim, 'worker-1', context);
    await attempts.endAbandonedRun(claim, RUN_ID, null, context);

    await expect(attempts.succeed(attempt, null, context)).rejects.toThrow(LeaseLostError);
    expect(await bed.findRuns('succeeded')).toEqual([]);
    expect(await bed.queue.countDocuments()).toBe(1);
  });
});
