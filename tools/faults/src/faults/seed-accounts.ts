import { randomBytes } from 'node:crypto';

import { ObjectId, type Db, type Document, type Filter } from 'mongodb';

const BATCH = 5_000;
/** Of the other collections, so many at most: the question is what the number of accounts does. */
const OTHERS_AT_MOST = 100_000;

/** What the program stored of one person with a username and of one with a phone number. */
const PATTERNS = {
  named: ['accounts', { active: true, phone_number: null }],
  phoned: ['accounts', { active: true, username: '' }],
  account_notification_preferences: ['account_notification_preferences', { active: true }],
  sessions: ['sessions', { revoked_at: null }],
  audit_log: ['audit_log', { resource_type: 'accounts', action: 'create' }],
  notification_deliveries: ['notification_deliveries', { status: 'sent' }],
  otps: ['otps', { status: 'SUCCESS' }],
  password_reset_tokens: ['password_reset_tokens', {}],
} as const satisfies Readonly<Record<string, readonly [collection: string, Filter<Document>]>>;

type Copy = <Fields extends object>(
  pattern: keyof typeof PATTERNS,
  fields: Fields,
) => Fields & { readonly _id: ObjectId };

/**
 * Stores copies of what the program has stored: accounts, half with a username and half with a phone
 * number, and with each its preferences; with the first of them a session, a record, a message, a
 * reset token and a code, too.
 */
export async function seedAccounts(
  database: Db,
  { from, to }: { readonly from: number; readonly to: number },
  advanced: (stored: number) => void,
): Promise<void> {
  const copy = await readPatterns(database);
  const insert = async (name: string, documents: object[]): Promise<void> => {
    const options = { ordered: false, writeConcern: { w: 1, journal: false } } as const;
    await database.collection(name).insertMany(documents, options);
  };
  for (let first = from; first < to; first += BATCH) {
    const indexes = Array.from(
      { length: Math.min(BATCH, to - first) },
      (_, index) => first + index,
    );
    const accounts = indexes.map((index) => copyAccount(copy, index));
    const others = accounts.map((account) => copyOthers(copy, account));
    const names = first < OTHERS_AT_MOST ? Object.keys(others[0] ?? {}) : [PREFERENCES];
    await insert('accounts', accounts);
    for (const name of names) {
      await insert(
        name,
        others.flatMap((each) => each[name] ?? []),
      );
    }
    advanced(first + accounts.length);
  }
}

const PREFERENCES = 'account_notification_preferences';

async function readPatterns(database: Db): Promise<Copy> {
  const reads = Object.entries(PATTERNS).map(async ([name, [collection, filter]]) => {
    const pattern = await database.collection(collection).findOne(filter);
    if (pattern === null) {
      throw new Error(`The program has stored nothing in ${collection} that can be copied.`);
    }
    return [name, pattern] as const;
  });
  const patterns = new Map<string, Document>(await Promise.all(reads));
  return (name, fields) => ({ ...patterns.get(name), _id: new ObjectId(), ...fields });
}

function copyAccount(copy: Copy, index: number) {
  if (index % 2 === 0) {
    return copy('named', { username: `seeded-${index}@example.com`, phone_number: null });
  }
  // Another range than the one of this tool's own numbers.
  const number = `98${String(index).padStart(8, '0')}`;
  return copy('phoned', { phone_number: { country_code: '+91', phone_number: number } });
}

/** By collection; no code where there is no number. */
function copyOthers(
  copy: Copy,
  { _id, phone_number }: { readonly _id: ObjectId; readonly phone_number: object | null },
): Readonly<Record<string, object | undefined>> {
  const account_id = _id.toHexString();
  const otp_hash = secret();
  return {
    [PREFERENCES]: copy(PREFERENCES, { account_id }),
    sessions: copy('sessions', { account_id, salt: secret(), current_hash: secret() }),
    audit_log: copy('audit_log', { resource_id: account_id, request_id: secret() }),
    notification_deliveries: copy('notification_deliveries', { account_id }),
    password_reset_tokens: copy('password_reset_tokens', { account: _id, token_hash: secret() }),
    otps: phone_number === null ? undefined : copy('otps', { phone_number, otp_hash }),
  };
}

function secret(): string {
  return randomBytes(24).toString('base64url');
}
