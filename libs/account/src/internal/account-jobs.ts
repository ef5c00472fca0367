import type { AccountJobQueue } from '../account-job-queue.ts';
import type { AccountIdParams, RequestPasswordResetParams } from '../types.ts';
import type { AccountErasureWriter } from './account-erasure-writer.ts';
import { PASSWORD_RESET_REQUEST_JOB, type PasswordResetWriter } from './password-reset-writer.ts';

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
    run: (_payload, { signal, context }) => erasureWriter.eraseDeletedAccounts(signal, context),
  });
  // For operators: a program without the other data holders, such as a command line, hands it over.
  jobs.register<AccountIdParams>({
    name: 'account.erase',
    payloadSchema: {
      type: 'object',
      required: ['accountId'],
      properties: { accountId: { type: 'string' } },
      additionalProperties: false,
    },
    run: (params, { context }) => erasureWriter.eraseAccount(params, context),
  });
  jobs.register<object>({
    name: 'account.remove-unproved',
    payloadSchema: NO_PAYLOAD,
    schedule: '40 3 * * *',
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
