import { ObjectId, type Document } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { anonymous, createServices, type TestServices } from './services.ts';

const NAME = 'Augusta-Ada Lovelace-King';
const USERNAME = 'ada.lovelace@example.com';
const HASH = '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy';
const NUMBER = '9876501234';
const accountId = '64b0000000000000000000a1';
const DOCUMENTS_PER_COLLECTION = 60;

let services: TestServices;

beforeEach(async () => {
  services = await createServices();
});
afterEach(async () => {
  await services.throwaway.remove();
});

/** A reproducible source of numbers from 0 to below 1 (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Values that no field of ours holds, several of which tell who the person is. */
const ODD_VALUES: readonly unknown[] = [
  NAME,
  [NAME, HASH],
  { text: NAME, hash: HASH, number: NUMBER },
  [{ old: NAME, new: null }],
  { [NAME]: { old: null, new: HASH } },
  { first_name: NAME },
  42,
  true,
  null,
  new ObjectId(),
  new Date(0),
  new Date(8.64e15),
];

/** Removes some fields, gives others an odd value, and adds some. */
function distort(document: Document, kept: readonly string[], random: () => number): Document {
  const pick = <Value>(values: readonly Value[]): Value =>
    values[Math.floor(random() * values.length)] as Value;
  const distorted = Object.entries(document).flatMap(([name, value]): [string, unknown][] => {
    const chance = kept.includes(name) ? 1 : random();
    return chance < 0.3 ? [] : [[name, chance < 0.6 ? pick(ODD_VALUES) : (value as unknown)]];
  });
  return { ...Object.fromEntries(distorted), remark: `of ${NAME}`, [`x${random()}`]: HASH };
}

/** Before the deletion, however fast the tests are. */
const time = new Date(Date.now() - 60_000);
const phone_number = { country_code: '+91', phone_number: NUMBER };

interface Holder {
  readonly collection: string;
  /** How a document names its owner. */
  readonly owner: () => Document;
  /** A well-formed document. */
  readonly document: Document;
}

const byAccountId = (): Document => ({ account_id: accountId });
const HOLDERS: readonly Holder[] = [
  {
    collection: 'sessions',
    owner: byAccountId,
    document: { user_agent: NAME, ip: '192.0.2.1', revoked_at: null, expires_at: time },
  },
  {
    collection: 'password_reset_tokens',
    owner: () => ({ account: accountId }),
    document: { is_used: false, expires_at: new Date(time.getTime() + 1e9), created_at: time },
  },
  {
    collection: 'account_notification_preferences',
    owner: byAccountId,
    document: { active: true, email_enabled: true, created_at: time },
  },
  {
    collection: 'push_subscriptions',
    owner: byAccountId,
    document: { encrypted_secret: Buffer.from('x'), created_at: time, updated_at: time },
  },
  {
    collection: 'notification_deliveries',
    owner: byAccountId,
    document: { channel: 'email', topic: 'announcement', status: 'sent', attempts: 1 },
  },
  {
    collection: 'throttle_counters',
    owner: byAccountId,
    document: { known: {}, expires_at: new Date(time.getTime() + 1e9) },
  },
  {
    collection: 'otps',
    owner: () => ({ phone_number }),
    document: { purpose: 'login', status: 'PENDING', active: false, created_at: time },
  },
  {
    collection: 'audit_log',
    owner: () => ({ resource_id: accountId }),
    document: {
      resource_type: 'accounts',
      actor_type: 'job',
      actor_id: null,
      action: 'update',
      changes: { first_name: { old: null, new: NAME } },
      outcome: 'success',
      timestamp: time,
    },
  },
  {
    collection: 'audit_log',
    owner: () => ({ actor_id: accountId }),
    document: {
      resource_type: 'notes',
      resource_id: '64b0000000000000000000b2',
      actor_type: 'account',
      action: 'read',
      changes: { title: { old: null, new: NAME } },
      outcome: 'denied',
      timestamp: time,
    },
  },
];

/** The owner's id as text, or as ObjectId. */
function inEitherType(owner: Document, isObjectId: boolean): Document {
  return isObjectId
    ? Object.fromEntries(
        Object.entries(owner).map(([name, value]) => [
          name,
          value === accountId ? new ObjectId(accountId) : (value as unknown),
        ]),
      )
    : owner;
}

async function insertOddDocuments({ collection, owner, document }: Holder, seed: number) {
  const random = createRandom(seed);
  const unique = { phone_number_key: 1, endpoint_hash: 1, key: 1 };
  for (let count = 0; count < DOCUMENTS_PER_COLLECTION; count += 1) {
    const key = String(random());
    const keys = Object.fromEntries(Object.keys(unique).map((name) => [name, key]));
    const _id = count % 5 === 0 ? `${NAME} ${key}` : new ObjectId();
    const odd = distort({ ...document, ...owner() }, Object.keys(owner()), random);
    await services
      .collection<Document>(collection)
      .insertOne({ ...odd, ...keys, ...inEitherType(owner(), count % 2 === 0), _id } as Document, {
        bypassDocumentValidation: true,
      })
      .catch((error: unknown) => {
        // A unique index, or one that cannot hold two lists at once.
        expect([11000, 171]).toContain((error as { code?: number }).code);
      });
  }
}

async function insertDeletedAccount(fields: Document): Promise<void> {
  await services.collection<Document>('accounts').insertOne(
    {
      _id: new ObjectId(accountId),
      active: false,
      deleted_at: new Date(services.clock.now().getTime() - 1_000),
      first_name: NAME,
      last_name: '',
      username: USERNAME,
      hashed_password: HASH,
      phone_number,
      created_at: time,
      updated_at: time,
      ...fields,
    },
    { bypassDocumentValidation: true },
  );
}

async function findTraces(): Promise<readonly string[]> {
  const collections = await services.throwaway.database.driver.collections();
  const documents = await Promise.all(
    collections.map(async (collection) => {
      const found = await collection.find<Document>({}).toArray();
      return found.map((document) => `${collection.collectionName}: ${JSON.stringify(document)}`);
    }),
  );
  const traces = [NAME, USERNAME, HASH, NUMBER];
  return documents.flat().filter((document) => traces.some((trace) => document.includes(trace)));
}

describe('an erasure', () => {
  it.each(HOLDERS.map((holder, index) => [holder.collection, holder, index] as const))(
    'leaves nothing in %s, whatever the documents look like',
    async (_collection, holder, index) => {
      await insertDeletedAccount({});
      await insertOddDocuments(holder, index + 1);

      await services.accounts.deletion.eraseAccount({ accountId }, anonymous);

      expect(await findTraces()).toEqual([]);
    },
    60_000,
  );

  it.each<[string, Document]>([
    ['without times', { created_at: 'yesterday', updated_at: null }],
    ['with names that are no text', { first_name: [NAME], last_name: { is: NAME }, username: 7 }],
    ['with a list of usernames', { username: [USERNAME, NAME] }],
    ['with a number in one text', { phone_number: `+91${NUMBER}` }],
    ['with a number of numbers', { phone_number: { country_code: 91, phone_number: 9876501234 } }],
    [
      'with an endless number',
      { phone_number: { country_code: '+', phone_number: NUMBER.repeat(99) } },
    ],
    ['with a text for its epoch', { session_epoch: NAME }],
    ['with a foreign note of an erasure', { erasure: { pseudonym: 5, by: NAME } }],
    ['whose id is text', { _id: accountId }],
  ])('takes an account %s', async (_shape, fields) => {
    await insertDeletedAccount(fields);

    await services.accounts.deletion.eraseAccount({ accountId }, anonymous);

    expect(await findTraces()).toEqual([]);
    expect(await services.collection('accounts').countDocuments()).toBe(0);
  });

  it('of many is not kept from the others by an account with an odd id', async () => {
    await insertDeletedAccount({ _id: 42 });
    await insertDeletedAccount({});
    services.clock.advance(31 * 24 * 60 * 60_000);

    await services.jobs.run('account.erase-deleted');

    const left = await services.collection<Document>('accounts').find().toArray();
    expect(left.map(({ _id }) => _id as unknown)).toEqual([42]);
  });

  it('takes the codes of its number in every spelling', async () => {
    await insertDeletedAccount({ phone_number: { country_code: '91', phone_number: NUMBER } });
    const codes = [phone_number, `+91${NUMBER}`, { phone_number: NUMBER }, NUMBER];
    await services.collection<Document>('otps').insertMany(
      codes.map((spelling) => ({ phone_number: spelling, remark: NAME })),
      { bypassDocumentValidation: true },
    );

    await services.accounts.deletion.eraseAccount({ accountId }, anonymous);

    expect(await services.collection('otps').countDocuments()).toBe(0);
  });

  it('leaves records that are valid', async () => {
    await insertDeletedAccount({});
    for (const [index, holder] of HOLDERS.entries()) {
      await insertOddDocuments(holder, index + 100);
    }

    await services.accounts.deletion.eraseAccount({ accountId }, anonymous);

    const records = await services.collection('audit_log').countDocuments();
    expect(records).toBeGreaterThan(50);
    const [{ options } = {}] = await services.throwaway.database.driver
      .listCollections({ name: 'audit_log' }, { nameOnly: false })
      .toArray();
    const valid = await services
      .collection('audit_log')
      .countDocuments(options!['validator'] as Document);
    expect(valid).toBe(records);
  });
});
