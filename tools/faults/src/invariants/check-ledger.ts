import type { Db } from 'mongodb';

import type { Ledger, LedgerAccount, LedgerSession } from '../load/ledger.ts';
import { toFindings, unless, type Findings, type Look } from './invariant.ts';
import { idOf, readStoredDocuments, type StoredDocuments } from './stored-documents.ts';

export interface LedgerCheckOptions {
  /** Whether workers had the time to do everything that was queued. */
  readonly drained: boolean;
}

const MISSING = 'was acknowledged, and is not there';

/** Looks for every write that was acknowledged, and for nothing but what was written. */
export async function checkLedger(
  database: Db,
  ledger: Ledger,
  options: LedgerCheckOptions,
): Promise<Findings> {
  const stored = await readStoredDocuments(database);
  const lookAtAccount = makeLookAtAccount(stored, options);
  const sessions = new Map(stored.sessions.map((document) => [idOf(document), document]));
  return toFindings('every acknowledged write is there', [
    ...ledger.accounts.flatMap((expected) => [...lookAtAccount(expected)]),
    ...ledger.sessions.map((expected) => lookAtSession(expected, sessions.get(expected.id))),
  ]);
}

function makeLookAtAccount(stored: StoredDocuments, { drained }: LedgerCheckOptions) {
  const accounts = new Map(stored.accounts.map((document) => [idOf(document), document]));
  const preferences = new Map(stored.preferences.map((each) => [each.account_id, each]));
  const deliveries = Map.groupBy(stored.deliveries, ({ account_id }) => account_id);
  return function* (expected: LedgerAccount): Generator<Look> {
    const { id, active, firstName, smsEnabled } = expected;
    const subject = `accounts ${id}`;
    const account = accounts.get(id);
    yield [subject, unless(account !== undefined, MISSING)];
    if (account === undefined) {
      return;
    }
    yield [subject, lookAtValue('active', active, account.active)];
    yield [subject, lookAtValue('first_name', firstName, account.first_name)];
    yield [subject, lookAtValue('sms_enabled', smsEnabled, preferences.get(id)?.sms_enabled)];
    const isSurelyActive = !active.possible.includes(false);
    const messages = [
      ['one-time-password', expected.oneTimePasswords],
      ['password-reset', isSurelyActive && drained ? expected.passwordResets : 0],
    ] as const;
    for (const [topic, accepted] of messages) {
      const sent = deliveries.get(id)?.filter((delivery) => delivery.topic === topic) ?? [];
      const problem = `has ${sent.length} messages of ${topic}, and ${accepted} were accepted`;
      yield [subject, unless(sent.length >= accepted, problem)];
    }
  };
}

function lookAtValue(
  field: string,
  written: { readonly possible: readonly unknown[] } | undefined,
  value: unknown,
): string | undefined {
  const problem = `has ${field} ${JSON.stringify(value)}, and ${JSON.stringify(written?.possible)} was written`;
  return unless(written?.possible.includes(value) ?? true, problem);
}

function lookAtSession(
  { id, generation }: LedgerSession,
  session: StoredDocuments['sessions'][number] | undefined,
): Look {
  const subject = `sessions ${id}`;
  if (session === undefined) {
    return [subject, MISSING];
  }
  const problem = `is at generation ${session.generation}, and ${generation} was handed out`;
  return [subject, unless(session.generation >= generation, problem)];
}
