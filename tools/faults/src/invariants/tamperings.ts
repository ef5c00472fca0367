import type { Db, Document, Filter } from 'mongodb';

import { checkInvariants } from './check-invariants.ts';
import { consistentSessions } from './consistent-sessions.ts';
import type { Invariant } from './invariant.ts';
import { consistentDeliveries, consistentSecrets, secretsWithMessages } from './queued-messages.ts';
import { noRecordOfNothing, recordedChanges } from './recorded-changes.ts';
import { wholeAccounts } from './whole-accounts.ts';

/** What a program without one of its safeguards would leave behind. */
type Tampering = readonly [
  /** The invariant that is to notice. */
  noticedBy: Invariant,
  /** The document that is tampered with is the first of these. */
  collection: string,
  filter: Filter<Document>,
  /** Fields that it gets; undefined: it is removed. */
  set?: object,
];

/** By their names. */
export const TAMPERINGS: Readonly<Record<string, Tampering>> = {
  'preferences that were not written with their account': [
    wholeAccounts,
    'account_notification_preferences',
    { active: true },
  ],
  'an account that was not written with its preferences': [wholeAccounts, 'accounts', {}],
  'a creation without its record': [
    recordedChanges,
    'audit_log',
    { resource_type: 'accounts', action: 'create' },
  ],
  'a change without its record': [
    recordedChanges,
    'audit_log',
    { resource_type: 'accounts', 'changes.first_name': { $exists: true }, action: 'update' },
  ],
  'a change behind the back of the audit log': [
    recordedChanges,
    'accounts',
    {},
    { first_name: 'Somebody else' },
  ],
  'a record of a creation that was rolled back': [noRecordOfNothing, 'accounts', {}],
  'a session without its record': [
    consistentSessions,
    'audit_log',
    { resource_type: 'sessions', action: 'session_created' },
  ],
  'a session that outlives its account': [
    consistentSessions,
    'sessions',
    { revoked_at: { $type: 'date' } },
    { revoked_at: null },
  ],
  'a one-time password without its message': [
    secretsWithMessages,
    'notification_deliveries',
    { topic: 'one-time-password' },
  ],
  'a one-time password that is guessed too often': [consistentSecrets, 'otps', {}, { attempts: 6 }],
  'a message that is lost halfway': [
    consistentDeliveries,
    'notification_deliveries',
    {},
    { status: 'sending' },
  ],
};

/** What came of a tampering; undefined: there was nothing to tamper with. */
export interface TamperingResult {
  readonly name: string;
  readonly noticed: boolean | undefined;
}

/** Tampers with the database in every way, one after the other, and puts everything back. */
export async function tryTamperings(database: Db): Promise<TamperingResult[]> {
  const results: TamperingResult[] = [];
  for (const [name, tampering] of Object.entries(TAMPERINGS)) {
    results.push({ name, noticed: await isNoticed(database, tampering) });
  }
  return results;
}

async function isNoticed(
  database: Db,
  [invariant, name, filter, set]: Tampering,
): Promise<boolean | undefined> {
  const collection = database.collection(name);
  const document = await collection.findOne(filter);
  if (document === null) {
    return undefined;
  }
  const itself = { _id: document._id };
  const before = await countViolations(database, invariant);
  // A validator would refuse some of it.
  const options = { bypassDocumentValidation: true };
  if (set === undefined) {
    await collection.deleteOne(itself);
  } else {
    await collection.replaceOne(itself, { ...document, ...set }, options);
  }
  const after = await countViolations(database, invariant);
  await collection.replaceOne(itself, document, { ...options, upsert: true });
  return after > before;
}

async function countViolations(database: Db, invariant: Invariant): Promise<number> {
  return (await checkInvariants(database, [invariant])).violations.length;
}
