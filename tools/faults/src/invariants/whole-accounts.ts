import { defineInvariant, unless } from './invariant.ts';
import { idOf, numberOf } from './stored-documents.ts';

/** An account and its preferences are made in one transaction: neither is there without the other. */
export const wholeAccounts = defineInvariant(
  'no account without preferences, no preferences without account',
  function* ({ accounts, preferences }) {
    const active = Map.groupBy(
      preferences.filter((document) => document.active),
      ({ account_id }) => account_id,
    );
    // A deleted account keeps its preferences until it is erased, so that it can be restored.
    for (const id of accounts.map(idOf)) {
      const count = active.get(id)?.length ?? 0;
      const problem = `has ${count} documents of preferences, not 1`;
      yield [`accounts ${id}`, unless(count === 1, problem)];
    }
    const ids = new Set(accounts.map(idOf));
    for (const document of preferences) {
      const subject = `account_notification_preferences ${idOf(document)}`;
      yield [subject, unless(ids.has(document.account_id), 'belongs to no account')];
    }
  },
);

export const singleNames = defineInvariant(
  'no username and no phone number of two active accounts',
  function* ({ accounts }) {
    const active = accounts.filter((account) => account.active);
    const usernames = active.map(({ username }) => username.normalize('NFKC').toLowerCase());
    const names = [...usernames, ...active.map(numberOf)].filter((name) => name !== '');
    for (const [name, { length }] of Map.groupBy(names, (each) => each)) {
      yield [name, unless(length === 1, `is the name of ${length} accounts`)];
    }
  },
);
