import { NUMBERED_ID, numbered, storeCopies } from '@org/harness';
import type { Db, Document, Filter } from 'mongodb';

/** Of the other collections, so many at most: the question is what the number of accounts does. */
const OTHERS_AT_MOST = 100_000;
const NUMBER = { $toString: { $add: [{ $toLong: 9_800_000_000 }, '$n'] } };

/**
 * Stores copies of what the program has stored: accounts, half with a username and half with a phone
 * number, and with each its preferences; with the first of them a session, a record, a message, a
 * reset token and a code, too.
 */
export async function seedAccounts(database: Db, from: number, to: number): Promise<void> {
  const middle = Math.floor((from + to) / 2);
  const few = Math.min(to, OTHERS_AT_MOST);
  const copy = async (
    collection: string,
    filter: Filter<Document>,
    fields: object,
    range: { readonly from?: number; readonly to?: number } = {},
  ): Promise<void> => {
    const pattern = await database.collection(collection).findOne(filter);
    if (pattern === null) {
      throw new Error(`The program has stored nothing in ${collection} that can be copied.`);
    }
    await storeCopies(database, { collection, pattern, fields, from, to, ...range });
  };
  const _id = { $toObjectId: NUMBERED_ID };
  const username = numbered('seeded-', '@example.com');
  const named = { active: true, phone_number: null };
  await copy('accounts', named, { _id, username }, { to: middle });
  // Another range than the one of this tool's own numbers.
  const phone_number = { country_code: '+91', phone_number: NUMBER };
  await copy('accounts', { active: true, username: '' }, { _id, phone_number }, { from: middle });

  const account_id = NUMBERED_ID;
  const secret = numbered('seeded-secret-');
  const created = { resource_type: 'accounts', action: 'create' };
  const session = { account_id, salt: secret, current_hash: secret };
  await copy('account_notification_preferences', { active: true }, { account_id });
  await copy('sessions', { revoked_at: null }, session, { to: few });
  await copy('audit_log', created, { resource_id: account_id, request_id: secret }, { to: few });
  await copy('notification_deliveries', { status: 'sent' }, { account_id }, { to: few });
  await copy('password_reset_tokens', {}, { account: _id, token_hash: secret }, { to: few });
  const otp = { phone_number, otp_hash: secret };
  await copy('otps', { status: 'SUCCESS' }, otp, { from: middle, to: few });
}
