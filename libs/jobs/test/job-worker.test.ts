import { JobLeaseLostError } from '@org/jobs';
import { describe, expect, it, onTestFinished } from 'vitest';

import { JobAttemptWriter } from '../src/internal/job-attempt-writer.ts';
import { JobLeaseWriter } from '../src/internal/job-lease-writer.ts';
import { JobQueueWriter } from '../src/internal/job-queue-writer.ts';
import { JobRegistry } from '../src/internal/job-registry.ts';
import { JobRunner } from '../src/internal/job-runner.ts';
import { JobWorker } from '../src/internal/job-worker.ts';
import { JobRunRepository } from '../src/internal/store/job-run-repository.ts';
import { QueuedJobRepository } from '../src/internal/store/queued-job-repository.ts';
import { context, JobsTestBed, numberJob } from './services.ts';

/** Lets a test step in where agenda is about to run a job. */
class SteeredLeases extends JobLeaseWriter {
  beforeRenewal = async (): Promise<void> => {};

  override async renewLease(...params: Parameters<JobLeaseWriter['renewLease']>): Promise<void> {
    await this.beforeRenewal();
    await super.renewLease(...params);
  }
}

function createWorker(bed: JobsTestBed) {
  const { database } = bed.throwaway;
  const { audit, clock } = bed;
  const jobs = new QueuedJobRepository({ database, audit });
  const runs = new JobRunRepository({ database, audit });
  const registry = new JobRegistry();
  registry.register(numberJob(async () => {}, { concurrency: 2 }));
  const leases = new SteeredLeases(jobs);
  const shared = {
    registry,
    leases,
    attempts: new JobAttemptWriter({ jobs, runs, registry, clock }),
    queue: new JobQueueWriter({ jobs, transactions: database, audit, clock }),
    database: database.driver,
    clock,
    clockOffset: () => 0,
    context,
    workerId: 'worker-1',
    leaseMilliseconds: 30_000,
    pollIntervalMilliseconds: 60_000,
    maximumConcurrency: 2,
    onError: (error: unknown) => bed.errors.push({ error, attempt: undefined }),
  };
  return { leases, worker: JobWorker.create({ ...shared, runner: new JobRunner(shared) }) };
}

describe(JobWorker, () => {
  it('has given back, when it has stopped, what agenda was about to run', async () => {
    const bed = await JobsTestBed.create();
    const producer = bed.createService(
      {},
      numberJob(async () => {}),
    );
    for (const number of [1, 2]) {
      await producer.dispatch({ name: 'test.number', payload: { number } }, context);
    }
    const { leases, worker } = createWorker(bed);
    onTestFinished(() => worker.stop(0));

    await new Promise<void>((resolve) => {
      leases.beforeRenewal = async () => {
        // The first is about to run, and the second gets its turn while the worker is stopping.
        const stopping = worker.stop(0);
        leases.beforeRenewal = () => stopping;
        resolve(stopping);
      };
      void worker.start();
    });

    expect(await bed.queue.countDocuments({ lockedAt: { $ne: null } })).toBe(0);
    expect(await bed.findRuns('running')).toEqual([]);
    expect(bed.errors.filter(({ error }) => error instanceof JobLeaseLostError)).toEqual([]);
  });
});
