import type { Db, Document, Filter } from 'mongodb';

import { checkInvariants } from './check-invariants.ts';
import { consistentSessions } from './consistent-sessions.ts';
import type { Invariant } from './invariant.ts';
import { consistentDeliveries, consistentSecrets, secretsWithMessages } from './queued-messages.ts';
import { noRecordOfNothing, recordedChanges } from './recorded-changes.ts';
import { wholeAccounts } from './whole-accounts.ts';

/** What a program without one of its safeguards would leave behind. */
interface Tampering {
  /** The invariant that is to notice. */
  readonly noticedBy: Invariant;
  /** The document that is tampered with. */
  readonly of: readonly [collection: string, filter: Filter<Document>];
  /** Fields that it gets; undefined: it is removed. */
  readonly set?: object;
}

/** By their names. */
export const TAMPERINGS: Readonly<Record<string, Tampering>> = {
  'preferences that were not written with their account': {
    noticedBy: wholeAccounts,
    of: ['account_notification_preferences', { active: true }],
  },
  'an account that was not written with its preferences': {
    noticedBy: wholeAccounts,
    of: ['accounts', {}],
  },
  'a creation without its record': {
    noticedBy: recordedChanges,
    of: ['audit_log', { resource_type: 'accounts', action: 'create' }],
  },
  'a change without its record': {
    noticedBy: recordedChanges,
    of: [
      'audit_log',
      { resource_type: 'accounts', 'changes.first_name': { $exists: true }, action: 'update' },
    ],
  },
  'a change behind the back of the audit log': {
    noticedBy: recordedChanges,
    of: ['accounts', {}],
    set: { first_name: 'Somebody else' },
  },
  'a record of a creation that was rolled back': {
    noticedBy: noRecordOfNothing,
    of: ['accounts', {}],
  },
  'a session without its record': {
    noticedBy: consistentSessions,
    of: ['audit_log', { resource_type: 'sessions', action: 'session_created' }],
  },
  'a session that outlives its account': {
    noticedBy: consistentSessions,
    of: ['sessions', { revoked_at: { $type: 'date' } }],
    set: { revoked_at: null },
  },
  'a one-time password without its message': {
    noticedBy: secretsWithMessages,
    of: ['notification_deliveries', { topic: 'one-time-password' }],
  },
  'a one-time password that is guessed too often': {
    noticedBy: consistentSecrets,
    of: ['otps', {}],
    set: { attempts: 6 },
  },
  'a message that is lost halfway': {
    noticedBy: consistentDeliveries,
    of: ['notification_deliveries', {}],
    set: { status: 'sending' },
  },
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
  { noticedBy: invariant, of: [name, filter], set }: Tampering,
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
