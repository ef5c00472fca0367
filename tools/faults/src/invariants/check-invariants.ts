import type { Db } from 'mongodb';

import { consistentSessions } from './consistent-sessions.ts';
import type { Findings, Invariant } from './invariant.ts';
import {
  consistentDeliveries,
  consistentSecrets,
  finishedJobRuns,
  secretsWithMessages,
} from './queued-messages.ts';
import { noRecordOfNothing, recordedChanges } from './recorded-changes.ts';
import { readStoredDocuments } from './stored-documents.ts';
import { singleNames, wholeAccounts } from './whole-accounts.ts';

/** Everything that is to hold whatever happens to the program. */
export const INVARIANTS: readonly Invariant[] = [
  wholeAccounts,
  singleNames,
  recordedChanges,
  noRecordOfNothing,
  consistentSessions,
  secretsWithMessages,
  consistentSecrets,
  consistentDeliveries,
  finishedJobRuns,
];

/** Looks at everything that is stored. */
export async function checkInvariants(
  database: Db,
  invariants: readonly Invariant[] = INVARIANTS,
): Promise<Findings> {
  const stored = await readStoredDocuments(database);
  const findings = invariants.map((invariant) => invariant(stored));
  return {
    checked: findings.reduce((sum, { checked }) => sum + checked, 0),
    violations: findings.flatMap(({ violations }) => violations),
  };
}
