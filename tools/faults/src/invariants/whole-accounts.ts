import { defineInvariant, unless } from './invariant.ts';
import { groupBy, idOf, numberOf, type AccountDocument } from './stored-documents.ts';

/** An account and its preferences are made in one transaction: neither is there without the other. */
export const wholeAccounts = defineInvariant(
  'no account without preferences, no preferences without account',
  function* ({ accounts, preferences }) {
    const active = groupBy(
      preferences.filter((document) => document.active),
      ({ account_id }) => account_id,
    );
    const ids = new Set(accounts.map(idOf));
    // A deleted account keeps its preferences until it is erased, so that it can be restored.
    for (const account of accounts) {
      const count = active.get(idOf(account))?.length ?? 0;
      const problem = `has ${count} documents of preferences, not 1`;
      yield unless(count === 1, `accounts ${idOf(account)}`, problem);
    }
    for (const document of preferences) {
      const subject = `account_notification_preferences ${idOf(document)}`;
      yield unless(ids.has(document.account_id), subject, 'belongs to no account');
    }
  },
);

export const singleNames = defineInvariant(
  'no username and no phone number of two active accounts',
  function* ({ accounts }) {
    const active = accounts.filter((account) => account.active);
    for (const nameOf of [usernameOf, phoneNumberOf]) {
      const named = active.filter((account) => nameOf(account) !== '');
      for (const [name, holders] of groupBy(named, nameOf)) {
        yield unless(holders.length === 1, name, `is the name of ${holders.length} accounts`);
      }
    }
  },
);

function usernameOf({ username }: AccountDocument): string {
  return username.normalize('NFKC').toLowerCase();
}

function phoneNumberOf({ phone_number }: AccountDocument): string {
  return phone_number === null ? '' : numberOf(phone_number);
}
