import { randomBytes } from 'node:crypto';

import { ObjectId, type Db } from 'mongodb';

const BATCH = 5_000;
/** Of the other collections, so many at most: the question is what the number of accounts does. */
const OTHERS_AT_MOST = 100_000;
const DAY_MILLISECONDS = 24 * 60 * 60_000;

const now = new Date();
const tomorrow = new Date(now.getTime() + DAY_MILLISECONDS);
const dates = { created_at: now, updated_at: now };

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
    const others = accounts.map((account) => makeOthers(account));
    const documents = {
      accounts,
      account_notification_preferences: accounts.map(makePreferences),
      ...(first < OTHERS_AT_MOST ? collect(others) : {}),
    };
    for (const [name, ofCollection] of Object.entries(documents)) {
      const options = { ordered: false, writeConcern: { w: 1, journal: false } } as const;
      await database.collection(name).insertMany([...ofCollection], options);
    }
    advanced(first + accounts.length);
  }
}

type Account = ReturnType<typeof makeAccount>;

function makeAccount(index: number) {
  const ofUsername = {
    username: `seeded-${index}@example.com`,
    hashed_password: '$argon2id$v=19$m=19456,t=2,p=1$c2VlZGVkc2VlZGVk$none',
    phone_number: null,
  };
  // Another range than the one of this tool's own numbers.
  const number = { country_code: '+91', phone_number: `98${String(index).padStart(8, '0')}` };
  const ofPhone = { username: '', hashed_password: '', phone_number: number };
  return {
    _id: new ObjectId(),
    active: true,
    first_name: 'Seeded',
    last_name: `Number ${index}`,
    ...(index % 2 === 1 ? ofPhone : ofUsername),
    phone_number_proved: true,
    ...dates,
  };
}

function makePreferences({ _id }: Account) {
  const enabled = { email_enabled: true, push_enabled: true, sms_enabled: true };
  return { account_id: _id.toHexString(), active: true, ...enabled, ...dates };
}

/** By collection. */
function makeOthers({ _id, phone_number }: Account): Readonly<Record<string, object | undefined>> {
  const account_id = _id.toHexString();
  return {
    sessions: makeSession(account_id),
    audit_log: {
      resource_type: 'accounts',
      resource_id: account_id,
      actor_type: 'anonymous',
      actor_id: null,
      action: 'create',
      changes: {},
      outcome: 'success',
      request_id: secret(),
      timestamp: now,
      ...dates,
    },
    notification_deliveries: {
      account_id,
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
    },
    otps: phone_number === null ? undefined : makeOtp(phone_number),
    password_reset_tokens: {
      account: _id,
      token_hash: secret(),
      is_used: true,
      expires_at: tomorrow,
      ...dates,
    },
  };
}

function makeSession(account_id: string): object {
  return {
    ...{ account_id, user_agent: 'seeded', ip: '127.0.0.1', last_used_at: now, generation: 0 },
    ...{ salt: secret(), current_hash: secret(), previous_hash: null, rotated_at: null },
    ...{ expires_at: tomorrow, absolute_expires_at: tomorrow, revoked_at: null, ...dates },
  };
}

function makeOtp(phone_number: object): object {
  const used = { attempts: 1, status: 'SUCCESS', active: false };
  const expires = { expires_at: tomorrow, ...dates };
  return { phone_number, purpose: 'login', otp_hash: secret(), ...used, ...expires };
}

/** The documents of each collection. */
function collect(
  each: readonly Readonly<Record<string, object | undefined>>[],
): Record<string, object[]> {
  const names = Object.keys(each[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, each.flatMap((one) => one[name] ?? [])]));
}

function secret(): string {
  return randomBytes(24).toString('base64url');
}
