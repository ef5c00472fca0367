import type { Clock } from '@org/core';

import type { CleanUpDefinition, ExpiredRecordsOwner, JobDefinition } from '../types.ts';
import type { JobAttemptWriter } from './job-attempt-writer.ts';
import type { JobQueueWriter } from './job-queue-writer.ts';

/** The job whose last success shows that a worker can claim, run and store. */
export const HEALTH_CHECK = 'jobs.health-check';

const EVERY_MINUTE = '* * * * *';
const DAILY = '0 3 * * *';

export interface BuiltInJobsDependencies {
  readonly audit: ExpiredRecordsOwner;
  readonly queue: JobQueueWriter;
  readonly attempts: JobAttemptWriter;
  readonly clock: Clock;
  readonly retentionMilliseconds: number;
}

export function builtInJobs(
  dependencies: BuiltInJobsDependencies,
): readonly JobDefinition<object>[] {
  const { audit, queue, attempts, clock, retentionMilliseconds } = dependencies;
  return [
    {
      name: HEALTH_CHECK,
      schedule: EVERY_MINUTE,
      // A missed tick is useless a minute later.
      maximumAttempts: 1,
      run: async () => {},
    },
    cleanUpJob({
      name: 'audit.retention',
      deleteExpired: (context) => audit.deleteExpiredRecords(context),
    }),
    cleanUpJob({
      name: 'jobs.retention',
      deleteExpired: async (context) => {
        const expired = new Date(clock.now().getTime() - retentionMilliseconds);
        await attempts.deleteRunsStartedBefore(expired, context);
        await queue.deleteJobsEndedBefore(expired, context);
      },
    }),
  ];
}

export function cleanUpJob(cleanUp: CleanUpDefinition): JobDefinition<object> {
  return {
    name: cleanUp.name,
    schedule: cleanUp.schedule ?? DAILY,
    run: async (_payload, { context, signal }) => {
      await cleanUp.deleteExpired(context, signal);
    },
  };
}
