import { randomBytes } from 'node:crypto';

import { ObjectId, type Db } from 'mongodb';

const BATCH = 5_000;
/** Of the other collections, so many at most: the question is what the number of accounts does. */
const OTHERS_AT_MOST = 100_000;
const DAY_MILLISECONDS = 24 * 60 * 60_000;

/**
 * Stores accounts as the contract has them, half with a username and half with a phone number, and
 * with each its preferences; with the first of them a session, a code, a message and a record, too.
 */
export async function seedAccounts(
  database: Db,
  { from, to }: { readonly from: number; readonly to: number },
  advanced: (stored: number) => void,
): Promise<void> {
  for (let first = from; first < to; first += BATCH) {
    const accounts = Array.from({ length: Math.min(BATCH, to - first) }, (_, index) =>
      makeAccount(first + index),
    );
    await insert(database, 'accounts', accounts);
    await insert(database, 'account_notification_preferences', accounts.map(makePreferences));
    if (first < OTHERS_AT_MOST) {
      await insert(database, 'sessions', accounts.map(makeSession));
      await insert(database, 'audit_log', accounts.map(makeRecord));
      await insert(database, 'notification_deliveries', accounts.map(makeDelivery));
      await insert(database, 'otps', accounts.flatMap(makeOtp));
      await insert(database, 'password_reset_tokens', accounts.map(makeResetToken));
    }
    advanced(first + accounts.length);
  }
}

type Account = ReturnType<typeof makeAccount>;

const now = new Date();
const tomorrow = new Date(now.getTime() + DAY_MILLISECONDS);
const dates = { created_at: now, updated_at: now };

function makeAccount(index: number) {
  const byPhone = index % 2 === 1;
  return {
    _id: new ObjectId(),
    active: true,
    first_name: 'Seeded',
    last_name: `Number ${index}`,
    username: byPhone ? '' : `seeded-${index}@example.com`,
    hashed_password: byPhone ? '' : '$argon2id$v=19$m=19456,t=2,p=1$c2VlZGVkc2VlZGVk$none',
    // Another range than the one of this tool's own numbers.
    phone_number: byPhone
      ? { country_code: '+91', phone_number: `98${String(index).padStart(8, '0')}` }
      : null,
    phone_number_proved: true,
    ...dates,
  };
}

function makePreferences({ _id }: Account) {
  const enabled = { email_enabled: true, push_enabled: true, sms_enabled: true };
  return { account_id: _id.toHexString(), active: true, ...enabled, ...dates };
}

function makeSession({ _id }: Account) {
  return {
    account_id: _id.toHexString(),
    salt: secret(),
    generation: 0,
    current_hash: secret(),
    previous_hash: null,
    rotated_at: null,
    user_agent: 'seeded',
    ip: '127.0.0.1',
    last_used_at: now,
    expires_at: tomorrow,
    absolute_expires_at: tomorrow,
    revoked_at: null,
    ...dates,
  };
}

function makeRecord({ _id }: Account) {
  return {
    resource_type: 'accounts',
    resource_id: _id.toHexString(),
    actor_type: 'anonymous',
    actor_id: null,
    action: 'create',
    changes: {},
    outcome: 'success',
    request_id: secret(),
    timestamp: now,
    ...dates,
  };
}

function makeDelivery({ _id }: Account) {
  return {
    account_id: _id.toHexString(),
    channel: 'sms',
    topic: 'one-time-password',
    priority: 0,
    status: 'sent',
    attempts: 1,
    next_attempt_at: now,
    leased_until: null,
    expires_at: tomorrow,
    last_error: null,
    finished_at: now,
    ...dates,
  };
}

function makeOtp({ phone_number }: Account) {
  if (phone_number === null) {
    return [];
  }
  const used = { attempts: 1, status: 'SUCCESS', active: false };
  return [
    { phone_number, purpose: 'login', otp_hash: secret(), ...used, expires_at: tomorrow, ...dates },
  ];
}

function makeResetToken({ _id }: Account) {
  return { account: _id, token_hash: secret(), is_used: true, expires_at: tomorrow, ...dates };
}

function secret(): string {
  return randomBytes(24).toString('base64url');
}

async function insert(database: Db, name: string, documents: readonly object[]): Promise<void> {
  if (documents.length > 0) {
    await database
      .collection(name)
      .insertMany([...documents], { ordered: false, writeConcern: { w: 1, journal: false } });
  }
}
