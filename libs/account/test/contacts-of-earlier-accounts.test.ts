import { AccountBadRequestError } from '@org/account';
import type { ThrowawayDatabase } from '@org/core/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  anonymous,
  connect,
  createClock,
  createServices,
  ownerOf,
  type TestServices,
} from './services.ts';

const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };
const phone_number = { country_code: '+91', phone_number: '9999999999' };

let throwaway: ThrowawayDatabase;
let services: TestServices;

beforeAll(async () => {
  const clock = createClock();
  throwaway = await connect(clock);
  // An earlier version made it; its accounts have no identities, and none of these fields.
  await throwaway.database.driver.createCollection('accounts');
  services = await createServices({ throwaway, clock });
});
beforeEach(async () => {
  for (const name of ['accounts', 'account_identities', 'account_contact_changes']) {
    await services.collection(name).deleteMany({});
  }
  // The job's next pass is due.
  await services.collection('account_identity_state').updateMany({}, { $set: { passed_at: null } });
});
afterAll(async () => {
  await throwaway.remove();
});

async function store(fields: object): Promise<string> {
  const time = new Date('2020-01-01T00:00:00.000Z');
  const names = { first_name: 'Ada', last_name: 'Lovelace', username: '', hashed_password: '' };
  const { insertedId } = await services.collection('accounts').insertOne({
    active: true,
    ...names,
    phone_number: null,
    created_at: time,
    updated_at: time,
    ...fields,
  });
  return insertedId.toHexString();
}

function admit(emailAddress: string) {
  return services.accounts.admitProvedEmail({ emailAddress }, anonymous);
}

async function identities(): Promise<string[]> {
  const found = services.collection('account_identities').find().sort({ _id: 1 });
  return (await found.toArray()).map(({ _id }) => String(_id));
}

/** The code that this number got last. */
async function smsCode(): Promise<string> {
  await services.notification.deliverDueMessages();
  return /\b\d{6}\b/.exec(services.outbox.smsMessages.at(-1)!.text)![0];
}

async function changeNumber(accountId: string): Promise<unknown> {
  const { contacts } = services.accounts;
  const context = ownerOf(accountId);
  const { id } = await contacts.requestContactChange({ accountId, phoneNumber }, context);
  const change = { accountId, changeId: id, code: await smsCode() };
  return contacts.confirmContactChange(change, context);
}

describe('a username that reads like an address, but is none', () => {
  it.each(['ada@mail.example/.attacker.test', 'ada@%6dail.example', 'ada@127.1'])(
    '%s logs in as it is spelt, and nobody can prove it',
    async (username) => {
      const password = 'analytical-engine-1843';
      const form = { username: 'eve', password, firstName: 'Ada', lastName: 'Lovelace' };
      const { id } = await services.accounts.createAccountByUsernameAndPassword(form, anonymous);
      await services.collection('accounts').updateOne({ username: 'eve' }, { $set: { username } });
      const params = { username, password };
      const logIn = () => services.accounts.getAccountByUsernameAndPassword(params, anonymous);

      await expect(logIn()).resolves.toMatchObject({ id });
      await expect(admit(username)).rejects.toThrow(AccountBadRequestError);
      expect((await admit('ada@mail.example')).id).not.toBe(id);
      await expect(logIn()).resolves.toMatchObject({ id, email: null });
    },
  );
});

describe('an address that another program stored unproved', () => {
  const email = 'ada@example.com';

  it.each<[string, object]>([
    ['of an account', { email }],
    ['said to be so', { email, email_verified: false }],
    ['beside a proved number', { email, phone_number, phone_number_proved: true }],
    ['that is the username, beside a proved number', { email, phone_number, username: email }],
  ])('%s is no identity, and lets nobody in', async (_what, fields) => {
    const id = await store(fields);
    await services.jobs.run('account.store-identities');

    expect((await identities()).filter((key) => key.startsWith('email:'))).toEqual([]);
    const { id: admitted } = await admit(email);
    expect(admitted).not.toBe(id);
    expect((await admit(email)).id).toBe(admitted);
  });

  it('lets nobody in by an identity that it has', async () => {
    const { id } = await admit(email);
    await services.collection('accounts').updateOne({ email }, { $set: { email_verified: false } });

    expect(
      await services.accounts.findAccountByEmail({ emailAddress: email }, anonymous),
    ).toBeUndefined();
    expect((await admit(email)).id).not.toBe(id);
  });
});

describe('in a database that is not complete', () => {
  it('an earlier account is found by the address that is its username', async () => {
    const id = await store({ username: 'Ada@Example.com' });

    expect((await admit('ada@example.com')).id).toBe(id);
    expect((await admit('ADA@example.com')).id).toBe(id);
    expect(await identities()).toEqual(['email:ada@example.com']);
  });

  it('is left alone if it has a number', async () => {
    const id = await store({ username: 'ada@example.com', phone_number });

    expect((await admit('ada@example.com')).id).not.toBe(id);
  });

  it('one of two whose usernames collide can prove its address', async () => {
    await services.collection('accounts').dropIndex('active_username_unique');
    const ids = [
      await store({ username: 'ADA@example.com' }),
      await store({ username: 'ada@example.com' }),
    ];

    expect((await admit('ada@example.com')).id).toBe(ids[1]);
    expect((await admit('ADA@example.com')).id).toBe(ids[1]);
  });

  it('50 parallel proofs of an address make one account', async () => {
    const admitted = await Promise.all(Array.from({ length: 50 }, () => admit('eve@example.com')));

    expect(new Set(admitted.map(({ id }) => id)).size).toBe(1);
    expect(await services.collection('accounts').countDocuments()).toBe(1);
  });

  it('a number of an earlier account is taken, also without its identity', async () => {
    await store({ phone_number });
    const { id } = await admit('ada@example.com');

    await expect(changeNumber(id)).rejects.toMatchObject({ code: 'ACCOUNT_ERR_05' });
  });

  it('a changed number is kept for its former account', async () => {
    const id = await store({
      username: 'ada',
      phone_number: { ...phone_number, phone_number: '9999999991' },
    });

    expect(await changeNumber(id)).toMatchObject({ phoneNumber, phoneNumberVerified: true });

    expect(await identities()).toEqual(['phone:+919999999991', 'phone:+919999999999']);
    // Like a known one, for whoever has not proved it.
    const kept = { ...phoneNumber, phoneNumber: '9999999991' };
    expect(
      await services.accounts.getOrCreateAccountByPhoneNumber({ phoneNumber: kept }, anonymous),
    ).toMatchObject({ id });
    expect(
      await services.accounts.findAccountByPhoneNumber({ phoneNumber: kept }, anonymous),
    ).toBeUndefined();
    await services.notification.deliverDueMessages();
  });

  it('the job that stores identities leaves what is kept, and frees what is stale', async () => {
    const { id: accountId } = await admit('ada@example.com');
    const context = ownerOf(accountId);
    const { contacts } = services.accounts;
    await changeNumber(accountId);
    await contacts.removeContact({ accountId, kind: 'email' }, context);
    const gone = await admit('gone@example.com');
    // As an earlier version deletes it.
    await services
      .collection('accounts')
      .updateOne({ email: 'gone@example.com' }, { $set: { active: false } });

    await services.jobs.run('account.store-identities');

    expect(await identities()).toEqual(['email:ada@example.com', 'phone:+919999999999']);
    expect((await admit('gone@example.com')).id).not.toBe(gone.id);
  });
});
