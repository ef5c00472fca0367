import { AccountInvalidCredentialsError, AccountWithUserNameExistsError } from '@org/account';
import { LoginService } from '@org/authentication';
import type { FakeClock, ThrowawayDatabase } from '@org/core/testing';
import * as bcrypt from 'bcrypt';
import type { Document } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  anonymous,
  connect,
  createClock,
  createServices,
  earlierAccount,
  ownerOf,
  type TestServices,
} from './services.ts';

const DAY = 24 * 60 * 60_000;
const password = 'analytical engine';

let clock: FakeClock;
let throwaway: ThrowawayDatabase;

beforeEach(async () => {
  clock = createClock();
  throwaway = await connect(clock);
});
afterEach(async () => {
  await throwaway.remove();
});

/** A document in the shape of the contract, without what this module adds. */
function earlier(fields: Document): Document {
  return { ...earlierAccount(new Date('2020-01-01T00:00:00.000Z')), ...fields };
}

/** As {@link earlier}, of a backend that left out what was empty. */
function withoutNames(fields: Document): Document {
  return Object.fromEntries(Object.entries(earlier(fields)).filter(([, value]) => value !== ''));
}

/** What an earlier backend left: its indexes, its hashes, nothing of ours. */
async function writeEarlierDatabase(): Promise<void> {
  const accounts = throwaway.database.collection<Document>('accounts');
  await accounts.createIndexes([
    { key: { username: 1 } },
    { key: { active: 1, username: 1 }, name: 'active_username_index' },
    { key: { active: 1, phone_number: 1 }, name: 'active_phone_number_index' },
  ]);
  const hashed_password = await bcrypt.hash(password, 4);
  const number = (phone_number: string) => ({ country_code: '+91', phone_number });
  await accounts.insertMany([
    earlier({ username: 'ada@example.com', first_name: 'Ada', hashed_password }),
    earlier({ username: 'gone@example.com', hashed_password, active: false }),
    withoutNames({ phone_number: number('9999999999') }),
    earlier({ phone_number: number('9999999998'), active: false }),
    earlier({ username: 'grace', hashed_password, phone_number: number('9999999997') }),
  ]);
}

async function start(): Promise<TestServices> {
  return createServices({ throwaway, clock });
}

describe('a database of an earlier backend', () => {
  it('is served without a migration', async () => {
    await writeEarlierDatabase();
    const services = await start();
    const { accounts, authentication, audit, throttle } = services;
    const login = LoginService.create({ authentication, accounts, audit, throttle });
    const origin = { userAgent: 'test', ip: '192.0.2.1' };

    const { accountId } = await login.loginByUsernameAndPassword(
      { username: 'ada@example.com', password, ...origin },
      anonymous,
    );
    await login.loginByUsernameAndPassword(
      { username: 'ADA@example.com', password, ...origin },
      anonymous,
    );
    const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };
    await accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous);
    await services.notification.deliverDueMessages();
    const otpCode = /\d{6}/.exec(services.outbox.smsMessages.at(-1)!.text)![0];
    await login.loginByPhoneNumberAndOtp({ phoneNumber, otpCode, ...origin }, anonymous);

    const owner = ownerOf(accountId);
    expect(await accounts.getAccountById({ id: accountId }, owner)).toMatchObject({
      firstName: 'Ada',
    });
    await accounts.updateAccountProfile({ accountId, lastName: 'Lovelace' }, owner);
    await accounts.createOrUpdateAccountNotificationPreferences(
      { accountId, smsEnabled: false },
      owner,
    );
    await accounts.exportAccount({ accountId }, owner);
    await accounts.deletion.deleteAccount({ accountId }, owner);
    await accounts.deletion.restoreAccount({ accountId }, owner);
  });

  it('lets no account in that was deleted there', async () => {
    await writeEarlierDatabase();
    const { accounts } = await start();

    await expect(
      accounts.getAccountByUsernameAndPassword(
        { username: 'gone@example.com', password },
        anonymous,
      ),
    ).rejects.toThrow(AccountInvalidCredentialsError);
  });

  it('keeps its own indexes and gets ours', async () => {
    await writeEarlierDatabase();
    const { accounts } = await start();

    const reports = await accounts.initialize();
    expect(reports.flatMap(({ indexConflicts }) => indexConflicts)).toEqual([]);
    const indexes = await throwaway.database.collection('accounts').indexes();
    expect(indexes.map(({ name }) => name).sort()).toEqual([
      '_id_',
      'active_phone_number_index',
      'active_phone_number_unique',
      'active_username_index',
      'active_username_unique',
      'deleted_at_index',
      'search_country_code',
      'search_email',
      'search_first_name',
      'search_last_name',
      'search_phone_number',
      'search_username',
      'unproved_created_at_index',
      'username_1',
    ]);
  });

  it('loses no document to any clean-up, 60 days later', async () => {
    await writeEarlierDatabase();
    const services = await start();
    const before = await services.collection('accounts').find().toArray();
    clock.advance(60 * DAY);

    await services.jobs.runScheduled();

    const identified = before.map((account) =>
      account['active'] === true ? { ...account, identity_version: 1 } : account,
    );
    expect(await services.collection('accounts').find().toArray()).toEqual(identified);
  });
});

describe('a database in which accounts collide', () => {
  async function writeCollidingAccounts(): Promise<void> {
    const hash = (text: string) => bcrypt.hash(text, 4);
    const phone_number = { country_code: '+91', phone_number: '9999999999' };
    await throwaway.database
      .collection<Document>('accounts')
      .insertMany([
        earlier({ username: 'Ada', hashed_password: await hash('first engine') }),
        earlier({ username: 'ada', hashed_password: await hash('second engine') }),
        earlier({ username: 'first', phone_number }),
        earlier({ username: 'second', phone_number }),
      ]);
  }

  it('is reported by id, and served', async () => {
    await writeCollidingAccounts();
    const { accounts, collection } = await start();

    const [report] = await accounts.initialize();

    const ids = async (filter: Document) =>
      (await collection('accounts').find(filter).toArray()).map(({ _id }) => _id.toHexString());
    expect(report!.indexConflicts).toEqual([
      {
        collectionName: 'accounts',
        indexName: 'active_username_unique',
        conflictingIds: [await ids({ username: { $in: ['Ada', 'ada'] } })],
      },
      {
        collectionName: 'accounts',
        indexName: 'active_phone_number_unique',
        conflictingIds: [await ids({ username: { $in: ['first', 'second'] } })],
      },
    ]);
  });

  it('lets each in by the exact spelling of its name', async () => {
    await writeCollidingAccounts();
    const { accounts } = await start();
    const login = (username: string, attempt: string) =>
      accounts.getAccountByUsernameAndPassword({ username, password: attempt }, anonymous);

    expect(await login('Ada', 'first engine')).toMatchObject({ username: 'Ada' });
    expect(await login('ada', 'second engine')).toMatchObject({ username: 'ada' });
    expect(await login('ADA', 'first engine')).toMatchObject({ username: 'Ada' });
    await expect(login('ada', 'first engine')).rejects.toThrow(AccountInvalidCredentialsError);
  });

  it.each(['Ada', 'ada', 'ADA', ' ada '])('refuses to sign %j up again', async (username) => {
    await writeCollidingAccounts();
    const { accounts, collection } = await start();

    const signingUp = accounts.createAccountByUsernameAndPassword(
      { firstName: '', lastName: '', username, password },
      anonymous,
    );

    await expect(signingUp).rejects.toThrow(AccountWithUserNameExistsError);
    expect(await collection('accounts').countDocuments()).toBe(4);
  });

  it('answers one account for the number that two have', async () => {
    await writeCollidingAccounts();
    const { accounts, collection } = await start();
    const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };

    const { id } = await accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous);

    const first = await collection('accounts').findOne({ username: 'first' });
    expect(id).toBe(first!._id.toHexString());
  });

  it('gets no further collision of 5 rounds of 20 parallel sign-ups', async () => {
    await writeCollidingAccounts();
    const { accounts, collection } = await start();
    for (let round = 0; round < 5; round += 1) {
      const variants = [`grace${round}`, `GRACE${round}`, `Grace${round}`];
      const phoneNumber = { countryCode: '+91', phoneNumber: String(9_900_000_000 + round) };

      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, index) =>
          accounts.createAccountByUsernameAndPassword(
            { firstName: '', lastName: '', username: variants[index % 3]!, password },
            anonymous,
          ),
        ),
      );
      const numbers = await Promise.all(
        Array.from({ length: 20 }, () =>
          accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous),
        ),
      );

      const failures = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [(outcome.reason as Error).name] : [],
      );
      expect(failures).toEqual(Array(19).fill('AccountWithUserNameExistsError'));
      expect(new Set(numbers.map(({ id }) => id)).size).toBe(1);
    }
    expect(await collection('accounts').countDocuments()).toBe(4 + 10);
    expect(await collection('account_claims').countDocuments()).toBe(0);
  });

  it('lets a deleted account come back, unless its name was taken', async () => {
    await writeCollidingAccounts();
    const { accounts, collection } = await start();
    const form = { firstName: '', lastName: '', username: 'grace', password };
    const { id: accountId } = await accounts.createAccountByUsernameAndPassword(form, anonymous);
    await collection('accounts').updateOne({ username: 'grace' }, { $unset: { phone_number: 1 } });
    await accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));
    await accounts.deletion.restoreAccount({ accountId }, anonymous);
    await accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));
    await accounts.createAccountByUsernameAndPassword({ ...form, username: 'GRACE' }, anonymous);

    await expect(accounts.deletion.restoreAccount({ accountId }, anonymous)).rejects.toThrow(
      AccountWithUserNameExistsError,
    );
  });

  it('is still asked by an index', async () => {
    await writeCollidingAccounts();
    const { collection } = await start();

    const { queryPlanner } = await collection('accounts')
      .find({ active: true, username: 'ada' }, { collation: { locale: 'en', strength: 2 } })
      .explain('queryPlanner');

    expect(JSON.stringify(queryPlanner.winningPlan)).toContain('active_username_substitute');
  });

  it('keeps indexes of an earlier backend that have the names of ours', async () => {
    await writeCollidingAccounts();
    const names = ['active_username_unique', 'active_username_substitute'];
    const key = { active: 1, username: 1 } as const;
    const collation = { locale: 'en', strength: 1 };
    await throwaway.database
      .collection('accounts')
      .createIndexes(
        names.map((name, strength) => ({ key, name, ...(strength && { collation }) })),
      );

    const { collection } = await start();

    const indexes = await collection('accounts').listIndexes().toArray();
    expect(indexes.filter(({ name }) => names.includes(name))).toMatchObject([{ key }, { key }]);
    const { queryPlanner } = await collection('accounts')
      .find({ active: true, username: 'ada' }, { collation: { locale: 'en', strength: 2 } })
      .explain('queryPlanner');
    expect(JSON.stringify(queryPlanner.winningPlan)).toContain('active_username_substitute_org');
  });

  it('gets the unique indexes at the next start once nothing collides', async () => {
    await writeCollidingAccounts();
    const { accounts, collection } = await start();
    await collection('accounts').deleteMany({ username: { $in: ['ada', 'second'] } });

    expect((await accounts.initialize())[0]!.indexConflicts).toEqual([]);
  });
});
