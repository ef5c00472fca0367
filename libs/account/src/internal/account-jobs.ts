import type { AccountJobQueue } from '../account-job-queue.ts';
import type { RequestPasswordResetParams } from '../types.ts';
import type { AccountErasureWriter } from './account-erasure-writer.ts';
import {
  SWEEP_JOB,
  TRACES_SCHEMA,
  type AccountDeletion,
  type AccountTraces,
} from './account-traces-util.ts';
import { PASSWORD_RESET_REQUEST_JOB, type PasswordResetWriter } from './password-reset-writer.ts';

/** What is not done by then goes on with the next attempt. */
const ERASURE_TIME_LIMIT = 60 * 60_000;
const NO_PAYLOAD = { type: 'object', additionalProperties: false } as const;

export interface AccountJobWriters {
  readonly erasureWriter: AccountErasureWriter;
  readonly passwordResetWriter: PasswordResetWriter;
}

/** Registers what this module does outside of requests. */
export function registerAccountJobs(
  jobs: Pick<AccountJobQueue, 'register'>,
  { erasureWriter, passwordResetWriter }: AccountJobWriters,
): void {
  jobs.register<object>({
    name: 'account.erase-deleted',
    payloadSchema: NO_PAYLOAD,
    schedule: '10 3 * * *',
    timeLimitMilliseconds: ERASURE_TIME_LIMIT,
    run: (_payload, { signal, context }) => erasureWriter.eraseDeletedAccounts(signal, context),
  });
  // For operators: a program without the other data holders, such as a command line, hands it over.
  // Until it runs the account may be restored, so it names the deletion that is meant.
  jobs.register<AccountDeletion>({
    name: 'account.erase',
    payloadSchema: {
      type: 'object',
      required: ['accountId', 'deletedAt'],
      properties: { accountId: { type: 'string' }, deletedAt: { type: 'string' } },
      additionalProperties: false,
    },
    timeLimitMilliseconds: ERASURE_TIME_LIMIT,
    run: async (deletion, { signal, context }) => {
      await erasureWriter.eraseAccount(deletion, signal, context);
    },
  });
  jobs.register<AccountTraces>({
    name: SWEEP_JOB,
    personalFields: ['pseudonym', 'subjectDigests'],
    payloadSchema: TRACES_SCHEMA,
    timeLimitMilliseconds: ERASURE_TIME_LIMIT,
    run: (traces, { signal, context }) => erasureWriter.sweep(traces, signal, context),
  });
  jobs.register<object>({
    name: 'account.remove-unproved',
    payloadSchema: NO_PAYLOAD,
    schedule: '40 3 * * *',
    timeLimitMilliseconds: ERASURE_TIME_LIMIT,
    run: (_payload, { signal, context }) => erasureWriter.removeUnprovedAccounts(signal, context),
  });
  jobs.register<RequestPasswordResetParams>({
    name: PASSWORD_RESET_REQUEST_JOB,
    personalFields: ['username'],
    payloadSchema: {
      type: 'object',
      required: ['username'],
      properties: { username: { type: 'string' } },
      additionalProperties: false,
    },
    run: (params, { context }) => passwordResetWriter.sendPasswordReset(params, context),
  });
}
