import type { JobService } from '@org/jobs';

import type { AccountErasure } from './account-erasure.ts';
import {
  DELETION_SCHEMA,
  SWEEP_JOB,
  TRACES_SCHEMA,
  type AccountDeletion,
  type AccountTraces,
} from './account-traces.ts';

/** The next attempt continues with what is left. */
const TIME_LIMIT = { timeLimitMilliseconds: 60 * 60_000 } as const;

export function registerErasureJobs(
  jobs: Pick<JobService, 'register'>,
  erasure: AccountErasure,
): void {
  jobs.register<object>({
    ...TIME_LIMIT,
    name: 'account.erase-deleted',
    schedule: '10 3 * * *',
    run: async (_payload, { signal, context }) => {
      await erasure.endLateSessions(signal, context);
      await erasure.eraseDeletedAccounts(signal, context);
    },
  });
  jobs.register<object>({
    ...TIME_LIMIT,
    name: 'account.remove-unproved',
    schedule: '40 3 * * *',
    run: (_payload, { signal, context }) => erasure.removeUnprovedAccounts(signal, context),
  });
  // For operators: a program that does not know all personal data providers, such as the command
  // line, leaves the erasure to a worker. The account may be restored meanwhile, so the job names
  // the deletion.
  jobs.register<AccountDeletion>({
    ...TIME_LIMIT,
    name: 'account.erase',
    payloadSchema: DELETION_SCHEMA,
    run: async (deletion, { signal, context }) => {
      await erasure.eraseAccount(deletion, signal, context);
    },
  });
  jobs.register<AccountTraces>({
    ...TIME_LIMIT,
    name: SWEEP_JOB,
    personalFields: ['pseudonym', 'subjectDigests'],
    payloadSchema: TRACES_SCHEMA,
    run: (traces, { signal, context }) => erasure.sweep(traces, signal, context),
  });
}
