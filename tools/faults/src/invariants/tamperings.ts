import type { Db, Document, Filter } from 'mongodb';

import { checkInvariants, type InvariantName } from './invariants.ts';

/** The first of these documents gets these fields, or is removed. */
type Tampering = readonly [collection: string, filter: Filter<Document>, set?: object];

/** What a program without one of its safeguards would leave, by the invariant that is to notice. */
export const TAMPERINGS: {
  readonly [Name in InvariantName]?: Readonly<Record<string, Tampering>>;
} = {
  'no account without preferences, no preferences without account': {
    'preferences that were not written with their account': [
      'account_notification_preferences',
      { active: true },
    ],
    'an account that was not written with its preferences': ['accounts', {}],
  },
  'no active account without its identities, no identity of an inactive one': {
    'an identity that was not written with its account': ['account_identities', {}],
    'an identity that was not freed with a deletion': [
      'accounts',
      { active: true, username: { $gt: '' } },
      { active: false },
    ],
  },
  'no mutation without its record in the audit log': {
    'a creation without its record': ['audit_log', { resource_type: 'accounts', action: 'create' }],
    'a change without its record': [
      'audit_log',
      { resource_type: 'accounts', 'changes.first_name': { $exists: true }, action: 'update' },
    ],
    'a change behind the back of the audit log': ['accounts', {}, { first_name: 'Somebody else' }],
  },
  'no record of a creation that did not take place': {
    'a record of a creation that was rolled back': ['accounts', {}],
  },
  'no session that is half of one, of nobody, or unrecorded': {
    'a session without its record': [
      'audit_log',
      { resource_type: 'sessions', action: 'session_created' },
    ],
    'a session that outlives its account': [
      'sessions',
      { revoked_at: { $type: 'date' } },
      { revoked_at: null },
    ],
  },
  'no one-time password and no reset token without the message that carries it': {
    'a one-time password without its message': [
      'notification_deliveries',
      { topic: 'one-time-password' },
    ],
  },
  'no code that can be used too often': {
    'a one-time password that is guessed too often': ['otps', {}, { attempts: 6 }],
    'an e-mail code that is guessed too often': ['email_codes', {}, { attempts: 6 }],
  },
  'no message of nobody, and none that is neither queued nor finished': {
    'a message that is lost halfway': ['notification_deliveries', {}, { status: 'sending' }],
  },
};

/**
 * Tampers with the database in every way, one after the other, and puts everything back.
 *
 * @returns what was noticed; undefined where there was nothing to tamper with
 */
export async function tryTamperings(database: Db) {
  const results: { readonly name: string; readonly noticed: boolean | undefined }[] = [];
  for (const [invariant, tamperings] of Object.entries(TAMPERINGS)) {
    for (const [name, tampering] of Object.entries(tamperings)) {
      const countViolations = async () =>
        (await checkInvariants(database, [invariant as InvariantName])).violations.length;
      results.push({ name, noticed: await isNoticed(database, tampering, countViolations) });
    }
  }
  return results;
}

async function isNoticed(
  database: Db,
  [name, filter, set]: Tampering,
  countViolations: () => Promise<number>,
): Promise<boolean | undefined> {
  const collection = database.collection(name);
  const document = await collection.findOne(filter);
  if (document === null) {
    return undefined;
  }
  const itself = { _id: document._id };
  const before = await countViolations();
  // A validator would refuse some of it.
  const options = { bypassDocumentValidation: true };
  if (set === undefined) {
    await collection.deleteOne(itself);
  } else {
    await collection.replaceOne(itself, { ...document, ...set }, options);
  }
  const after = await countViolations();
  await collection.replaceOne(itself, document, { ...options, upsert: true });
  return after > before;
}
