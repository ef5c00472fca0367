import type { JobPayloadSchema } from '@org/jobs';

import { identityOf, type AccountUnderErasure } from '../store/erasable-account-repository.ts';

/** Name of the job that erases data stored after an account's erasure. */
export const SWEEP_JOB = 'account.erase-rest';

/** A deletion of an account, as the payload of a job. */
export interface AccountDeletion {
  readonly accountId: string;
  /** ISO 8601. */
  readonly deletedAt: string;
}

export const DELETION_SCHEMA: JobPayloadSchema<AccountDeletion> = {
  type: 'object',
  required: ['accountId', 'deletedAt'],
  properties: {
    accountId: { type: 'string', pattern: '^[0-9a-f]{24}$' },
    deletedAt: {
      type: 'string',
      pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$',
    },
  },
  additionalProperties: false,
};

/** How to find an account's traces without its document, as JSON; does not identify the account. */
export interface AccountTraces {
  readonly accountId: string;
  /** Replaces the account in the audit trail. */
  readonly pseudonym: string;
  /** Of the names that it has or had, without those that are another account's. */
  readonly subjectDigests: readonly string[];
  /** When the account had them, ISO 8601. */
  readonly namesOwnedFrom: string;
  readonly namesOwnedUntil: string;
}

export const TRACES_SCHEMA: JobPayloadSchema<AccountTraces> = {
  type: 'object',
  required: ['accountId', 'pseudonym', 'subjectDigests', 'namesOwnedFrom', 'namesOwnedUntil'],
  properties: {
    accountId: { type: 'string' },
    pseudonym: { type: 'string' },
    subjectDigests: { type: 'array', items: { type: 'string' } },
    namesOwnedFrom: { type: 'string' },
    namesOwnedUntil: { type: 'string' },
  },
  additionalProperties: false,
};

export function tracesOf(
  account: AccountUnderErasure,
  subjectDigests: readonly string[],
): AccountTraces {
  const { id, createdAt } = identityOf(account);
  const { pseudonym, names_owned_until: namesOwnedUntil } = account.erasure;
  return {
    accountId: id,
    pseudonym,
    subjectDigests,
    namesOwnedFrom: createdAt.toISOString(),
    namesOwnedUntil: namesOwnedUntil.toISOString(),
  };
}
