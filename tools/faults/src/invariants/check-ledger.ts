import type { Db } from 'mongodb';

import type { Ledger, LedgerAccount, LedgerSession } from '../load/ledger.ts';
import { unless, type Findings } from './invariant.ts';
import {
  groupBy,
  idOf,
  readStoredDocuments,
  type AccountDocument,
  type DeliveryDocument,
  type PreferencesDocument,
  type SessionDocument,
} from './stored-documents.ts';

const NAME = 'every acknowledged write is there';

export interface LedgerCheckOptions {
  /** Whether workers had the time to do everything that was queued. */
  readonly drained: boolean;
}

type Problem = ReturnType<typeof unless>;

interface StoredOfAccount {
  readonly account: AccountDocument | undefined;
  readonly preferences: PreferencesDocument | undefined;
  readonly deliveries: readonly DeliveryDocument[];
}

/** Looks for every write that was acknowledged, and for nothing but what was written. */
export async function checkLedger(
  database: Db,
  ledger: Ledger,
  options: LedgerCheckOptions,
): Promise<Findings> {
  const stored = await readStoredDocuments(database);
  const accounts = new Map(stored.accounts.map((document) => [idOf(document), document]));
  const preferences = new Map(stored.preferences.map((each) => [each.account_id, each]));
  const deliveries = groupBy(stored.deliveries, ({ account_id }) => account_id);
  const sessions = new Map(stored.sessions.map((document) => [idOf(document), document]));
  const problems = [
    ...ledger.accounts.flatMap((expected) => {
      const { id } = expected;
      const found = {
        account: accounts.get(id),
        preferences: preferences.get(id),
        deliveries: deliveries.get(id) ?? [],
      };
      return [...problemsOfAccount(expected, found, options)];
    }),
    ...ledger.sessions.flatMap((expected) => problemOfSession(expected, sessions.get(expected.id))),
  ];
  return {
    checked: problems.length,
    violations: problems
      .filter((problem) => problem !== undefined)
      .map((problem) => ({ invariant: NAME, ...problem })),
  };
}

function* problemsOfAccount(
  expected: LedgerAccount,
  { account, preferences, deliveries }: StoredOfAccount,
  { drained }: LedgerCheckOptions,
): Generator<Problem> {
  const subject = `accounts ${expected.id}`;
  yield unless(account !== undefined, subject, 'was acknowledged, and is not there');
  if (account === undefined) {
    return;
  }
  const fields = [
    ['active', expected.active, account.active],
    ['first_name', expected.firstName, account.first_name],
    ['sms_enabled', expected.smsEnabled, preferences?.sms_enabled],
  ] as const;
  for (const [field, written, value] of fields) {
    const possible: readonly unknown[] | undefined = written?.possible;
    yield unless(possible?.includes(value) ?? true, subject, () =>
      describe(field, value, possible),
    );
  }
  const messages = [
    ['one-time-password', expected.oneTimePasswords],
    ['password-reset', isSurelyActive(expected) && drained ? expected.passwordResets : 0],
  ] as const;
  for (const [topic, accepted] of messages) {
    const count = deliveries.filter((delivery) => delivery.topic === topic).length;
    const problem = `has ${count} messages of ${topic}, and ${accepted} were accepted`;
    yield unless(count >= accepted, subject, problem);
  }
}

function problemOfSession(expected: LedgerSession, session: SessionDocument | undefined): Problem {
  const subject = `sessions ${expected.id}`;
  if (session === undefined) {
    return unless(false, subject, 'was acknowledged, and is not there');
  }
  const problem = `is at generation ${session.generation}, and ${expected.generation} was handed out`;
  return unless(session.generation >= expected.generation, subject, problem);
}

function isSurelyActive({ active }: LedgerAccount): boolean {
  return !active.possible.includes(false);
}

function describe(field: string, value: unknown, possible: readonly unknown[] | undefined): string {
  return `has ${field} ${JSON.stringify(value)}, and ${JSON.stringify(possible)} was written`;
}
