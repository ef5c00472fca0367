import type { Db } from 'mongodb';

import { joinFindings, toFindings, unless, type Findings, type Look } from './findings.ts';
import { findUnrecorded, type AuditDocument } from './recorded-changes.ts';
import { idOf, numberOf, readStoredDocuments, type StoredDocuments } from './stored-documents.ts';

const MAXIMUM_TRIES = 5;
const STATUSES = new Set(['queued', 'sent', 'suppressed', 'expired', 'dropped', 'dead']);

type Invariant = (stored: StoredDocuments) => Iterable<Look>;

/** By their names: everything that is to hold whatever happens to the program. */
export const INVARIANTS = {
  // An account and its preferences are made in one transaction: neither is there without the other.
  *'no account without preferences, no preferences without account'({ accounts, preferences }) {
    const active = preferences.filter((document) => document.active);
    const byAccount = Map.groupBy(active, ({ account_id }) => account_id);
    // A deleted account keeps its preferences until it is erased, so that it can be restored.
    for (const id of accounts.map(idOf)) {
      const count = byAccount.get(id)?.length ?? 0;
      yield [`accounts ${id}`, unless(count === 1, `has ${count} documents of preferences, not 1`)];
    }
    const ids = new Set(accounts.map(idOf));
    for (const document of preferences) {
      const subject = `account_notification_preferences ${idOf(document)}`;
      yield [subject, unless(ids.has(document.account_id), 'belongs to no account')];
    }
  },

  *'no username and no phone number of two active accounts'({ accounts }) {
    const active = accounts.filter((account) => account.active);
    const usernames = active.map(({ username }) => username.normalize('NFKC').toLowerCase());
    const names = [...usernames, ...active.map(numberOf)].filter((name) => name !== '');
    for (const [name, { length }] of Map.groupBy(names, (each) => each)) {
      yield [name, unless(length === 1, `is the name of ${length} accounts`)];
    }
  },

  // In a mixed database, a version without identities stores accounts, too.
  *'no active account without its identities, no identity of an inactive one'(stored) {
    const { accounts, identities, identityStates } = stored;
    if (identityStates[0]?.state !== 'complete') {
      return;
    }
    const active = accounts.filter((account) => account.active);
    const owners = new Map(identities.map(({ _id: key, account_id: id }) => [key, id]));
    const expected = active.flatMap((account) =>
      [
        ['username', account.username.normalize('NFKC').toLowerCase()],
        ['email', (account.email ?? '').normalize('NFKC').toLowerCase()],
        ['phone', numberOf(account).replace(' ', '')],
      ].flatMap(([kind, name]) => (name === '' ? [] : [[`${kind}:${name}`, idOf(account)]])),
    );
    for (const [key = '', id] of expected) {
      yield [key, unless(owners.get(key) === id, `is the name of ${id}, and has no identity`)];
    }
    const ids = new Set(active.map(idOf));
    for (const { _id: key, account_id: id, reserved_until: until } of identities) {
      // A former contact is kept for the account though that is deleted.
      const isKept = until !== undefined;
      yield [key, unless(isKept || ids.has(id), 'is an identity of no active account')];
    }
  },

  // A mutation's record is written in its transaction: neither is there without the other.
  *'no mutation without its record in the audit log'(stored) {
    const keyOf = (record: AuditDocument) => `${record.resource_type} ${record.resource_id}`;
    const records = Map.groupBy(stored.audit, keyOf);
    for (const [name, documents] of recordedOf(stored)) {
      for (const document of documents) {
        const key = `${name} ${idOf(document)}`;
        yield [key, findUnrecorded({ ...document }, records.get(key) ?? [])];
      }
    }
  },

  *'no record of a creation that did not take place'(stored) {
    const creations = stored.audit.filter(
      ({ action, outcome }) => action === 'create' && outcome === 'success',
    );
    for (const [name, documents] of recordedOf(stored)) {
      const ids = new Set(documents.map((document) => idOf(document)));
      for (const record of creations.filter(({ resource_type }) => resource_type === name)) {
        const problem = `tells of ${name} ${record.resource_id}, which is not there`;
        yield [`audit_log ${idOf(record)}`, unless(ids.has(record.resource_id), problem)];
      }
    }
  },

  *'no session that is half of one, of nobody, or unrecorded'({ accounts, sessions, audit }) {
    const isActive = new Map(accounts.map((account) => [idOf(account), account.active]));
    const ofSessions = audit.filter(({ resource_type }) => resource_type === 'sessions');
    const events = Map.groupBy(ofSessions, ({ resource_id }) => resource_id);
    for (const session of sessions) {
      const actions = new Set(events.get(idOf(session))?.map(({ action }) => action));
      const problem = problemOfSession(session, actions, isActive.get(session.account_id));
      yield [`sessions ${idOf(session)}`, problem];
    }
  },

  // A secret and the message that carries it are stored in one transaction.
  *'no one-time password and no reset token without the message that carries it'(stored) {
    const { accounts, otps, passwordResetTokens, deliveries } = stored;
    const messages = Map.groupBy(deliveries, ({ account_id, topic }) => `${topic} ${account_id}`);
    const countOf = (topic: string, id: string) => messages.get(`${topic} ${id}`)?.length ?? 0;
    const holders = Map.groupBy(accounts, numberOf);
    for (const [number, passwords] of Map.groupBy(otps, numberOf)) {
      const ids = holders.get(number)?.map(idOf) ?? [];
      const count = ids.reduce((sum, id) => sum + countOf('one-time-password', id), 0);
      const problem = `has ${passwords.length} one-time passwords and ${count} messages`;
      yield [number, unless(passwords.length <= count, problem)];
    }
    const byAccount = Map.groupBy(passwordResetTokens, ({ account }) => account.toHexString());
    for (const [account, tokens] of byAccount) {
      const count = countOf('password-reset', account);
      const problem = `has ${tokens.length} reset tokens and ${count} messages`;
      yield [`accounts ${account}`, unless(tokens.length <= count, problem)];
    }
  },

  *'no code that can be used too often'({ otps, emailCodes }) {
    for (const [name, codes] of Object.entries({ otps, email_codes: emailCodes })) {
      for (const code of codes) {
        const subject = `${name} ${idOf(code)}`;
        const problem = `counts ${code.attempts} tries, and ${MAXIMUM_TRIES} are allowed`;
        yield [subject, unless(code.attempts <= MAXIMUM_TRIES, problem)];
        const isUsedUp = !code.active || code.status !== 'SUCCESS';
        yield [subject, unless(isUsedUp, 'is used, and still live')];
      }
    }
  },

  *'no message of nobody, and none that is neither queued nor finished'({ accounts, deliveries }) {
    const ids = new Set(accounts.map(idOf));
    for (const delivery of deliveries) {
      // A code may be sent to an address that no account has.
      const isOfSomebody = delivery.account_id === '' || ids.has(delivery.account_id);
      const absent = 'is for an account that is not there';
      const problem = isOfSomebody ? problemOfDelivery(delivery) : absent;
      yield [`notification_deliveries ${idOf(delivery)}`, problem];
    }
  },

  *'no finished run of a job without an end'({ jobRuns }) {
    for (const run of jobRuns) {
      const ended = run.ended_at != null;
      const problem = `is ${run.status} ${ended ? 'and has an end' : 'without an end'}`;
      yield [`job_run ${idOf(run)}`, unless(ended === (run.status !== 'running'), problem)];
    }
  },
} satisfies Readonly<Record<string, Invariant>>;

export type InvariantName = keyof typeof INVARIANTS;

export async function checkInvariants(
  database: Db,
  names = Object.keys(INVARIANTS) as readonly InvariantName[],
): Promise<Findings> {
  const stored = await readStoredDocuments(database);
  return joinFindings(names.map((name) => toFindings(name, INVARIANTS[name](stored))));
}

/** Collections whose every change is recorded with what changed. */
function recordedOf({ accounts, preferences }: StoredDocuments) {
  return Object.entries({ accounts, account_notification_preferences: preferences });
}

/** @param isActive whether its account is; undefined: there is no such account */
function problemOfSession(
  { revoked_at, expires_at, absolute_expires_at }: StoredDocuments['sessions'][number],
  actions: ReadonlySet<string>,
  isActive: boolean | undefined,
): string | undefined {
  const hasEnded = revoked_at != null;
  const problems: readonly (readonly [boolean, string])[] = [
    [!actions.has('session_created'), 'has no record of its creation'],
    [hasEnded && !actions.has('session_ended'), 'has ended, and no record tells of it'],
    [!hasEnded && actions.has('session_ended'), 'has ended by its record, and has not'],
    [expires_at > absolute_expires_at, 'outlives its absolute limit'],
    [isActive === undefined, 'belongs to no account'],
    [!hasEnded && isActive === false, 'is alive, and its account is deleted'],
  ];
  return problems.find(([is]) => is)?.[1];
}

function problemOfDelivery(delivery: StoredDocuments['deliveries'][number]): string | undefined {
  const { status, payload, leased_until } = delivery;
  if (!STATUSES.has(status)) {
    return `has the status ${status}`;
  }
  if (status === 'queued') {
    return unless(payload !== undefined, 'is queued, and has nothing to send');
  }
  if (leased_until != null) {
    return `is ${status}, and leased`;
  }
  return unless(payload === undefined || status === 'dead', `is ${status}, and kept`);
}
