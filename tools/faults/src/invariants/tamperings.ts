import type { Db, Document, Filter } from 'mongodb';

import { checkInvariants } from './check-invariants.ts';
import { consistentSessions } from './consistent-sessions.ts';
import type { Invariant } from './invariant.ts';
import { consistentDeliveries, consistentSecrets, secretsWithMessages } from './queued-messages.ts';
import { noRecordOfNothing, recordedChanges } from './recorded-changes.ts';
import { wholeAccounts } from './whole-accounts.ts';

/** What a program without one of its safeguards would leave behind. */
export interface Tampering {
  readonly name: string;
  /** The invariant that is to notice. */
  readonly invariant: Invariant;
  readonly collection: string;
  /** The document that is tampered with. */
  readonly filter: Filter<Document>;
  /** What it becomes; undefined: it is removed. */
  readonly change: ((document: Document) => Document) | undefined;
}

const removed = undefined;

export const TAMPERINGS: readonly Tampering[] = [
  {
    name: 'preferences that were not written with their account',
    invariant: wholeAccounts,
    collection: 'account_notification_preferences',
    filter: { active: true },
    change: removed,
  },
  {
    name: 'an account that was not written with its preferences',
    invariant: wholeAccounts,
    collection: 'accounts',
    filter: {},
    change: removed,
  },
  {
    name: 'a creation without its record',
    invariant: recordedChanges,
    collection: 'audit_log',
    filter: { resource_type: 'accounts', action: 'create' },
    change: removed,
  },
  {
    name: 'a change without its record',
    invariant: recordedChanges,
    collection: 'audit_log',
    filter: {
      resource_type: 'accounts',
      'changes.first_name': { $exists: true },
      action: 'update',
    },
    change: removed,
  },
  {
    name: 'a change behind the back of the audit log',
    invariant: recordedChanges,
    collection: 'accounts',
    filter: {},
    change: (document) => ({ ...document, first_name: 'Somebody else' }),
  },
  {
    name: 'a record of a creation that was rolled back',
    invariant: noRecordOfNothing,
    collection: 'accounts',
    filter: {},
    change: removed,
  },
  {
    name: 'a session without its record',
    invariant: consistentSessions,
    collection: 'audit_log',
    filter: { resource_type: 'sessions', action: 'session_created' },
    change: removed,
  },
  {
    name: 'a session that outlives its account',
    invariant: consistentSessions,
    collection: 'sessions',
    filter: { revoked_at: { $type: 'date' } },
    change: (document) => ({ ...document, revoked_at: null }),
  },
  {
    name: 'a one-time password without its message',
    invariant: secretsWithMessages,
    collection: 'notification_deliveries',
    filter: { topic: 'one-time-password' },
    change: removed,
  },
  {
    name: 'a one-time password that is guessed too often',
    invariant: consistentSecrets,
    collection: 'otps',
    filter: {},
    change: (document) => ({ ...document, attempts: 6 }),
  },
  {
    name: 'a message that is lost halfway',
    invariant: consistentDeliveries,
    collection: 'notification_deliveries',
    filter: {},
    change: (document) => ({ ...document, status: 'sending' }),
  },
];

/** What came of a tampering; undefined: there was nothing to tamper with. */
export interface TamperingResult {
  readonly name: string;
  readonly noticed: boolean | undefined;
}

/** Tampers with the database in every way, one after the other, and puts everything back. */
export async function tryTamperings(database: Db): Promise<TamperingResult[]> {
  const results: TamperingResult[] = [];
  for (const tampering of TAMPERINGS) {
    results.push({ name: tampering.name, noticed: await isNoticed(database, tampering) });
  }
  return results;
}

async function isNoticed(
  database: Db,
  { invariant, collection: name, filter, change }: Tampering,
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
  if (change === undefined) {
    await collection.deleteOne(itself);
  } else {
    await collection.replaceOne(itself, change(document), options);
  }
  const after = await countViolations(database, invariant);
  await collection.replaceOne(itself, document, { ...options, upsert: true });
  return after > before;
}

async function countViolations(database: Db, invariant: Invariant): Promise<number> {
  return (await checkInvariants(database, [invariant])).violations.length;
}
