import type { Clock } from '@org/core';
import type { CollectionReport, RepositoryDependencies } from '@org/core/store';

import { JobAttemptWriter } from './job-attempt-writer.ts';
import { JobQueueWriter } from './job-queue-writer.ts';
import { JobReader } from './job-reader.ts';
import type { JobRegistry } from './job-registry.ts';
import { JobRunRepository } from './store/job-run-repository.ts';
import { QueuedJobRepository } from './store/queued-job-repository.ts';

/** The readers and writers of the queue and its runs. */
export interface JobStorage {
  readonly reader: JobReader;
  readonly queue: JobQueueWriter;
  readonly jobs: QueuedJobRepository;
  readonly attempts: JobAttemptWriter;
  /** Creates the collections and their indexes. */
  readonly initialize: () => Promise<readonly CollectionReport[]>;
}

export function createJobStorage({
  database,
  audit,
  clock,
  registry,
  leaseMilliseconds,
}: RepositoryDependencies & {
  readonly clock: Clock;
  readonly registry: Pick<JobRegistry, 'get'>;
  readonly leaseMilliseconds: number;
}): JobStorage {
  const jobs = new QueuedJobRepository({ database, audit }, false);
  const listedJobs = new QueuedJobRepository({ database, audit });
  const runs = new JobRunRepository({ database, audit }, false);
  const listedRuns = new JobRunRepository({ database, audit });
  return {
    reader: new JobReader({ jobs: listedJobs, runs: listedRuns, clock, leaseMilliseconds }),
    queue: new JobQueueWriter({ jobs, transactions: database, audit, clock }),
    jobs,
    attempts: new JobAttemptWriter({ jobs, runs, registry, clock }),
    initialize: () => Promise.all([jobs.onInitCollection(), runs.onInitCollection()]),
  };
}
