import type { ThrottleService } from '@org/authentication';
import type { JobPayloadSchema } from '@org/jobs';

import { AccountModel, type AccountUnderErasure } from './store/account-model.ts';

/** Erases what was stored of an account after its erasure. */
export const SWEEP_JOB = 'account.erase-rest';

/** A deletion of an account, as the payload of a job. */
export interface AccountDeletion {
  readonly accountId: string;
  /** ISO 8601. */
  readonly deletedAt: string;
}

/** What leads to the traces of an account without its document, as JSON; it tells nobody who it was. */
export interface AccountTraces {
  readonly accountId: string;
  /** Takes the account's place in the audit trail. */
  readonly pseudonym: string;
  /** Of its names. */
  readonly subjectDigests: readonly string[];
  /** The time in which it had them, ISO 8601. */
  readonly namesOwnedFrom: string;
  readonly namesOwnedUntil: string;
}

/** As the payload of a job. */
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

export function describeTraces(
  account: AccountUnderErasure,
  digests: Pick<ThrottleService, 'digestName' | 'digestPhoneNumber'>,
): AccountTraces {
  const { id, username: name, phoneNumber, createdAt } = AccountModel.fromBson(account);
  const { pseudonym, names_owned_until: namesOwnedUntil } = account.erasure;
  return {
    accountId: id,
    pseudonym,
    subjectDigests: [
      ...(name === '' ? [] : [digests.digestName({ name })]),
      ...(phoneNumber === null ? [] : [digests.digestPhoneNumber({ phoneNumber })]),
    ],
    namesOwnedFrom: createdAt.toISOString(),
    namesOwnedUntil: namesOwnedUntil.toISOString(),
  };
}
