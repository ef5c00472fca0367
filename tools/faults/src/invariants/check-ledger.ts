import type { Db } from 'mongodb';

import type { Ledger, LedgerAccount, WrittenValue } from '../load/ledger.ts';
import { toFindings, unless, type Findings, type Look } from './findings.ts';
import { idOf, readStoredDocuments } from './stored-documents.ts';

const MISSING = 'was acknowledged, and is not there';

/** Looks for every acknowledged write, and, after workers had drained the queues, every message. */
export async function checkLedger(
  database: Db,
  ledger: Ledger,
  { drained }: { readonly drained: boolean },
): Promise<Findings> {
  const stored = await readStoredDocuments(database);
  const accounts = new Map(stored.accounts.map((document) => [idOf(document), document]));
  const preferences = new Map(stored.preferences.map((each) => [each.account_id, each]));
  const deliveries = Map.groupBy(stored.deliveries, ({ account_id }) => account_id);
  const sessions = new Map(stored.sessions.map((document) => [idOf(document), document]));

  function* lookAtAccount(expected: LedgerAccount): Generator<Look> {
    const { id, active } = expected;
    const subject = `accounts ${id}`;
    const account = accounts.get(id);
    yield [subject, unless(account !== undefined, MISSING)];
    if (account === undefined) {
      return;
    }
    yield [subject, lookAtValue('active', active, account.active)];
    yield [subject, lookAtValue('first_name', expected.firstName, account.first_name)];
    const smsEnabled = preferences.get(id)?.sms_enabled;
    yield [subject, lookAtValue('sms_enabled', expected.smsEnabled, smsEnabled)];
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
  }

  const looksAtSessions = ledger.sessions.map(({ id, generation }): Look => {
    const stored = sessions.get(id)?.generation ?? Number.NaN;
    const problem = `is at generation ${stored}, and ${generation} was handed out`;
    return [`sessions ${id}`, sessions.has(id) ? unless(stored >= generation, problem) : MISSING];
  });
  return toFindings('every acknowledged write is there', [
    ...ledger.accounts.flatMap((expected) => [...lookAtAccount(expected)]),
    ...looksAtSessions,
  ]);
}

function lookAtValue<Value>(
  field: string,
  written: WrittenValue<Value> | undefined,
  value: Value | undefined,
): string | undefined {
  const possible: readonly unknown[] | undefined = written?.possible;
  const problem = `has ${field} ${JSON.stringify(value)}, and ${JSON.stringify(possible)} was written`;
  return unless(possible?.includes(value) ?? true, problem);
}
