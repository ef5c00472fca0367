import type { JobService } from '@org/jobs';

import type { RequestPasswordResetParams } from '../types.ts';
import type { AccountErasure } from './erasure/account-erasure.ts';
import {
  DELETION_SCHEMA,
  SWEEP_JOB,
  TRACES_SCHEMA,
  type AccountDeletion,
  type AccountTraces,
} from './erasure/account-traces.ts';
import { PASSWORD_RESET_JOB, type PasswordResetMail } from './password/password-reset-mail.ts';

/** In milliseconds. The next attempt continues with what is left. */
const ERASURE_TIME_LIMIT = 60 * 60_000;
const NO_PAYLOAD = { type: 'object', additionalProperties: false } as const;

/** Registers this module's background work. */
export function registerAccountJobs(
  jobs: Pick<JobService, 'register'>,
  erasure: AccountErasure,
  resetMail: PasswordResetMail,
): void {
  jobs.register<object>({
    name: 'account.erase-deleted',
    payloadSchema: NO_PAYLOAD,
    schedule: '10 3 * * *',
    timeLimitMilliseconds: ERASURE_TIME_LIMIT,
    run: (_payload, { signal, context }) => erasure.eraseDeletedAccounts(signal, context),
  });
  // For operators: a program that does not know all personal data providers, such as the command
  // line, leaves the erasure to a worker. The account may be restored meanwhile, so the job names
  // the deletion.
  jobs.register<AccountDeletion>({
    name: 'account.erase',
    payloadSchema: DELETION_SCHEMA,
    timeLimitMilliseconds: ERASURE_TIME_LIMIT,
    run: async (deletion, { signal, context }) => {
      await erasure.eraseAccount(deletion, signal, context);
    },
  });
  jobs.register<AccountTraces>({
    name: SWEEP_JOB,
    personalFields: ['pseudonym', 'subjectDigests'],
    payloadSchema: TRACES_SCHEMA,
    timeLimitMilliseconds: ERASURE_TIME_LIMIT,
    run: (traces, { signal, context }) => erasure.sweep(traces, signal, context),
  });
  jobs.register<object>({
    name: 'account.remove-unproved',
    payloadSchema: NO_PAYLOAD,
    schedule: '40 3 * * *',
    timeLimitMilliseconds: ERASURE_TIME_LIMIT,
    run: (_payload, { signal, context }) => erasure.removeUnprovedAccounts(signal, context),
  });
  jobs.register<RequestPasswordResetParams>({
    name: PASSWORD_RESET_JOB,
    personalFields: ['username'],
    payloadSchema: {
      type: 'object',
      required: ['username'],
      properties: { username: { type: 'string' } },
      additionalProperties: false,
    },
    run: (params, { context }) => resetMail.send(params, context),
  });
}
