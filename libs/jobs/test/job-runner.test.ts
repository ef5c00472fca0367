import { JobLeaseLostError } from '@org/jobs';
import { beforeEach, describe, expect, it } from 'vitest';

import { JobAttemptWriter } from '../src/internal/job-attempt-writer.ts';
import { JobLeaseWriter } from '../src/internal/job-lease-writer.ts';
import { JobRegistry } from '../src/internal/job-registry.ts';
import { JobRunner } from '../src/internal/job-runner.ts';
import type { ClaimedJob } from '../src/internal/job-util.ts';
import { JobRunRepository } from '../src/internal/store/job-run-repository.ts';
import { QueuedJobRepository } from '../src/internal/store/queued-job-repository.ts';
import { context, JobsTestBed, numberJob } from './services.ts';

let bed: JobsTestBed;
let claim: ClaimedJob;
let runner: JobRunner;
let signals: AbortSignal[];

beforeEach(async () => {
  bed = await JobsTestBed.create();
  signals = [];
  const hanging = numberJob(async (_payload, { signal }) => {
    signals.push(signal);
    await new Promise(() => {});
  });
  const { jobId } = await bed
    .createService({}, hanging)
    .dispatch({ name: 'test.number', payload: { number: 1 } }, context);
  const dependencies = { database: bed.throwaway.database, audit: bed.audit };
  const jobs = new QueuedJobRepository(dependencies);
  const runs = new JobRunRepository(dependencies);
  const leases = new JobLeaseWriter(jobs);
  const registry = new JobRegistry();
  registry.register(hanging);
  const { clock } = bed;
  const due = { now: clock.now(), leasesEndedBefore: new Date(0) };
  claim = (await leases.claimNextJob(
    { name: 'test.number', workerId: 'worker-1', ...due },
    context,
  ))!;
  expect(claim.jobId).toBe(jobId);
  runner = new JobRunner({
    registry,
    attempts: new JobAttemptWriter({ jobs, runs, registry, clock }),
    clock,
    context,
    workerId: 'worker-1',
    leaseMilliseconds: 30,
    onError: (error, attempt) => bed.errors.push({ error, attempt }),
  });
});

describe(JobRunner, () => {
  it('aborts a job whose lease could not be renewed three times in a row', async () => {
    let renewals = 0;
    const renew = async (): Promise<void> => {
      renewals += 1;
      // The third succeeds, and the count begins anew.
      if (renewals !== 3) {
        throw new Error('the database is away');
      }
    };

    await runner.run(claim, { nextTick: null, renew });

    expect(renewals).toBe(6);
    expect(signals[0]?.reason).toBeInstanceOf(JobLeaseLostError);
    expect(await bed.findRuns('running')).toHaveLength(1);
  });
});
