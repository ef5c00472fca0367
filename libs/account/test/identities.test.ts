import { randomBytes } from 'node:crypto';

import { AccountWithPhoneNumberExistsError, AccountWithUserNameExistsError } from '@org/account';
import { SecretKey } from '@org/core';
import type { FakeClock, ThrowawayDatabase } from '@org/core/testing';
import { ObjectId, type Document } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  ada,
  anonymous,
  connect,
  createClock,
  createServices,
  earlierAccount,
  ownerOf,
  type TestServices,
} from './services.ts';

const DAY = 24 * 60 * 60_000;
const JOB = 'account.store-identities';
const secretKey = SecretKey.create({ current: randomBytes(32) });

let clock: FakeClock;
let throwaway: ThrowawayDatabase;

beforeEach(async () => {
  clock = createClock();
  throwaway = await connect(clock);
});
afterEach(async () => {
  await throwaway.remove();
});

interface StringId {
  readonly _id: string;
}

function identities() {
  return throwaway.database.collection<Document & StringId>('account_identities');
}

function accountDocuments() {
  return throwaway.database.collection<Document>('accounts');
}

async function keys(): Promise<readonly string[]> {
  return (await identities().find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
}

/** Of the indexes that are not for operators' search. */
async function indexNames(): Promise<readonly (string | undefined)[]> {
  const names = (await accountDocuments().indexes()).map(({ name }) => name);
  return names.filter((name) => !name?.startsWith('search_'));
}

/** Another process, on the same database. */
async function start(): Promise<TestServices> {
  return createServices({ throwaway, clock, secretKey });
}

async function startMixed(): Promise<TestServices> {
  return createServices({ throwaway, clock, secretKey, isMixed: true });
}

/** As a version without identities stores it. */
async function insertEarlier(fields: Document = {}, time = new Date(0)): Promise<string> {
  const account = { ...earlierAccount(time), ...fields };
  const options = { bypassDocumentValidation: true };
  const { insertedId } = await accountDocuments().insertOne(account, options);
  return insertedId.toHexString();
}

/** As a version without identities deletes it: its names are not freed. */
async function deleteEarlier(username: string): Promise<void> {
  await accountDocuments().updateOne({ username }, { $set: { active: false } });
}

function signUp({ accounts }: TestServices, username = ada.username) {
  return accounts.createAccountByUsernameAndPassword({ ...ada, username }, anonymous);
}

const VARIANTS = ['ada', 'ADA', 'Ada', 'ａｄａ', ' ada '];

describe('a database that began without accounts', () => {
  it('has no unique index of names, and is no concern of the job', async () => {
    const services = await start();

    expect(await indexNames()).toEqual(['_id_', 'deleted_at_index', 'unproved_created_at_index']);
    expect(await services.accounts.identities.findProgress(anonymous)).toBeUndefined();
    services.commands.length = 0;
    await services.jobs.run(JOB);
    expect(services.commands).toEqual(['find']);
  });

  it('stays so for a process that starts later', async () => {
    await signUp(await start());

    const later = await start();

    expect(await later.accounts.identities.findProgress(anonymous)).toBeUndefined();
    expect(await indexNames()).not.toContain('active_username_unique');
  });

  it('stores an identity with the account, and one with the proof of a number', async () => {
    const services = await start();
    const { id } = await signUp(services, 'Ada');
    const phoneNumber = { countryCode: '+91', phoneNumber: '99999 99999' };
    const byPhone = await services.accounts.getOrCreateAccountByPhoneNumber(
      { phoneNumber },
      anonymous,
    );
    const of = (_id: string) => identities().findOne({ _id });

    expect(await of('username:ada')).toEqual({
      _id: 'username:ada',
      account_id: id,
      kind: 'username',
      value: 'Ada',
      verified_at: null,
      created_at: clock.now(),
      updated_at: clock.now(),
    });
    expect(await of('phone:+919999999999')).toMatchObject({
      account_id: byPhone.id,
      value: '+919999999999',
      verified_at: null,
    });
    await services.accounts.proveAccountPhoneNumber({ accountId: byPhone.id }, anonymous);
    expect(await of('phone:+919999999999')).toMatchObject({ verified_at: clock.now() });
  });

  it('makes one account of 50 parallel sign-ups over two processes', async () => {
    const processes = [await start(), await start()];

    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) =>
        signUp(processes[index % 2]!, VARIANTS[index % VARIANTS.length]),
      ),
    );

    const refusals = outcomes.flatMap((each) =>
      each.status === 'rejected' ? [each.reason as Error] : [],
    );
    expect(refusals).toHaveLength(49);
    for (const refusal of refusals) {
      expect(refusal).toBeInstanceOf(AccountWithUserNameExistsError);
    }
    expect(await accountDocuments().countDocuments()).toBe(1);
    expect(await keys()).toEqual(['username:ada']);
  });

  it('frees the names with a deletion, and takes them back with a restoration', async () => {
    const services = await start();
    const { id: accountId } = await signUp(services);
    await services.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));
    expect(await keys()).toEqual([]);

    await services.accounts.deletion.restoreAccount({ accountId }, anonymous);

    expect(await keys()).toEqual(['username:ada']);
    expect(await accountDocuments().findOne()).toMatchObject({ identity_version: 2 });
  });

  it('restores no account whose name was taken meanwhile', async () => {
    const services = await start();
    const { deletion } = services.accounts;
    const { id: accountId } = await signUp(services);
    await deletion.deleteAccount({ accountId }, ownerOf(accountId));
    const { id: taker } = await signUp(services, 'ADA');

    const restoring = deletion.restoreAccount({ accountId }, anonymous);

    await expect(restoring).rejects.toThrow(AccountWithUserNameExistsError);
    expect(await identities().findOne()).toMatchObject({ account_id: taker });
  });

  it('restores an account or lets its name be taken, not both, 100 rounds', async () => {
    const [first, second] = [await start(), await start()];
    for (let round = 0; round < 100; round += 1) {
      const { id: accountId } = await signUp(first, `ada${round}`);
      await first.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));

      const outcomes = await Promise.allSettled([
        first.accounts.deletion.restoreAccount({ accountId }, anonymous),
        signUp(second, `ADA${round}`),
      ]);

      const failures = outcomes.flatMap((each) =>
        each.status === 'rejected' ? [each.reason as Error] : [],
      );
      expect(failures).toEqual([expect.any(AccountWithUserNameExistsError)]);
    }
    expect(await accountDocuments().countDocuments({ active: true })).toBe(100);
    expect(await identities().countDocuments()).toBe(100);
  });

  it.each(['deletes', 'erases', 'never had'])(
    'gives a name at once that has an identity of an account that somebody %s',
    async (what) => {
      const services = await start();
      const { id } = await signUp(services);
      if (what === 'deletes') {
        await deleteEarlier('ada');
      } else if (what === 'erases') {
        await accountDocuments().deleteMany({});
      } else {
        await accountDocuments().updateMany({}, { $set: { username: 'other' } });
      }

      const { id: taker } = await signUp(services, 'ADA');

      expect(taker).not.toBe(id);
      expect(await identities().findOne({ _id: 'username:ada' })).toMatchObject({
        account_id: taker,
      });
    },
  );

  it('erases identities with their account, and exports them', async () => {
    const services = await start();
    const { id: accountId } = await signUp(services);
    const exported = await services.accounts.exportAccount({ accountId }, ownerOf(accountId));
    await exported.end();
    expect(exported.identities).toEqual([
      expect.objectContaining({ kind: 'username', value: 'ada', verifiedAt: null }),
    ]);
    await accountDocuments().updateMany({}, { $set: { active: false, deleted_at: clock.now() } });

    await services.accounts.deletion.eraseAccount({ accountId }, anonymous);

    expect(await keys()).toEqual([]);
  });
});

describe('a database with accounts of a version without identities', () => {
  it('serves them at once, and keeps the unique indexes', async () => {
    const services = await startMixed();
    const id = await insertEarlier({ username: 'Ada' });

    expect(
      await services.accounts.getAccountByUsername({ username: 'ada' }, anonymous),
    ).toMatchObject({ id });
    await expect(signUp(services)).rejects.toThrow(AccountWithUserNameExistsError);
    expect(await indexNames()).toContain('active_username_unique');
    expect(await keys()).toEqual([]);
  });

  it('gets their identities from the job, and none for deleted ones', async () => {
    const services = await startMixed();
    const number = { country_code: '91', phone_number: '99999 99999' };
    const id = await insertEarlier({ username: 'Ada', phone_number: number });
    await insertEarlier({ username: 'gone', active: false });
    await insertEarlier({ username: 3, phone_number: 'none' });
    await insertEarlier({
      phone_number: { country_code: '+91', phone_number: '9999999998' },
      phone_number_proved: false,
    });

    await services.jobs.run(JOB);

    expect(await keys()).toEqual(['phone:+919999999998', 'phone:+919999999999', 'username:ada']);
    expect(await identities().findOne({ _id: 'phone:+919999999999' })).toMatchObject({
      account_id: id,
      verified_at: new Date(0),
    });
    expect(await identities().findOne({ _id: 'phone:+919999999998' })).toMatchObject({
      verified_at: null,
    });
    expect(await services.accounts.identities.findProgress(anonymous)).toEqual({
      accountsSeen: 3,
      accountsTotal: 4,
      passedAt: clock.now(),
    });
  });

  it.each(['x', [1], null])('keeps the names of an account whose version is %j', async (odd) => {
    const services = await startMixed();
    await insertEarlier({ username: 'odd', identity_version: odd });
    await insertEarlier({ username: 'ada', identity_version: 1 });

    await services.jobs.run(JOB);
    expect(await keys()).toEqual(['username:ada', 'username:odd']);
    await services.accounts.identities.complete(anonymous);

    const stored = await accountDocuments().find().sort({ _id: 1 }).toArray();
    expect(stored.map(({ identity_version: version }) => version as unknown)).toEqual([odd, 2]);
    await expect(signUp(services, 'odd')).rejects.toThrow(AccountWithUserNameExistsError);
  });

  it('takes the account of an identity in either type', async () => {
    const services = await startMixed();
    const id = await insertEarlier({ username: 'ada' });
    await services.jobs.run(JOB);
    const odd = { $set: { account_id: new ObjectId(id) } };
    await identities().updateOne({}, odd, { bypassDocumentValidation: true });

    await services.accounts.identities.complete(anonymous);

    await expect(signUp(services, 'ADA')).rejects.toThrow(AccountWithUserNameExistsError);
    expect(
      await services.accounts.getAccountByUsername({ username: 'ada' }, anonymous),
    ).toMatchObject({ id });
  });

  it('goes on where a pass was interrupted', async () => {
    const services = await startMixed();
    for (let index = 0; index < 450; index += 1) {
      await insertEarlier({ username: `user${index}` });
    }
    const stopped = new AbortController();
    throwaway.database.client.on('commandStarted', ({ commandName }) => {
      if (commandName === 'commitTransaction') {
        stopped.abort();
      }
    });
    await expect(services.jobs.run(JOB, {}, stopped)).rejects.toThrow();
    expect(await identities().countDocuments()).toBe(200);
    expect(await services.accounts.identities.findProgress(anonymous)).toMatchObject({
      accountsSeen: 200,
      passedAt: null,
    });

    await services.jobs.run(JOB);

    expect(await identities().countDocuments()).toBe(450);
    expect(await services.accounts.identities.findProgress(anonymous)).toMatchObject({
      accountsSeen: 450,
    });
    expect(await accountDocuments().countDocuments({ identity_version: 1 })).toBe(450);
  });

  it('is looked through once a day', async () => {
    const services = await startMixed();
    await services.jobs.run(JOB);
    await insertEarlier({ username: 'ada' });
    clock.advance(DAY - 1);
    await services.jobs.run(JOB);
    expect(await keys()).toEqual([]);
    clock.advance(1);

    await services.jobs.run(JOB);

    expect(await keys()).toEqual(['username:ada']);
  });

  it('has stale identities swept, and gives their names before that', async () => {
    const services = await startMixed();
    await signUp(services);
    await signUp(services, 'grace');
    await deleteEarlier('ada');
    await deleteEarlier('grace');
    const { id: taker } = await signUp(services, 'ADA');

    await services.jobs.run(JOB);

    expect(await keys()).toEqual(['username:ada']);
    expect(await identities().findOne()).toMatchObject({ account_id: taker });
  });

  it('gives a colliding name to the older account; the other logs in as it is spelt', async () => {
    const first = await insertEarlier({ username: 'Ada' });
    const second = await insertEarlier({ username: 'ada' });
    const services = await start();
    const find = (username: string) =>
      services.accounts.getAccountByUsername({ username }, anonymous);

    await services.jobs.run(JOB);

    expect(await identities().findOne()).toMatchObject({ account_id: first });
    expect(await find('ada')).toMatchObject({ id: second });
    expect(await find('ADA')).toMatchObject({ id: first });
  });

  it('knows the number of a deleted account, and gives it to another', async () => {
    const services = await startMixed();
    const phone = { country_code: '+91', phone_number: '9999999999' };
    const deleted = await insertEarlier({ phone_number: phone });
    await services.jobs.run(JOB);
    await accountDocuments().updateOne({}, { $set: { active: false, deleted_at: clock.now() } });
    const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };

    await services.accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous);

    await expect(
      services.accounts.deletion.restoreAccount({ accountId: deleted }, anonymous),
    ).rejects.toThrow(AccountWithPhoneNumberExistsError);
  });
});

describe('complete', () => {
  it('stores what is missing, and ends unique indexes and the look into accounts', async () => {
    const services = await startMixed();
    const phone = { country_code: '91', phone_number: '99999 99999' };
    const id = await insertEarlier({ username: 'Ada', phone_number: phone });

    await services.accounts.identities.complete(anonymous);

    expect(await indexNames()).toEqual(['_id_', 'deleted_at_index', 'unproved_created_at_index']);
    expect(await services.accounts.identities.findProgress(anonymous)).toBeUndefined();
    const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };
    services.commands.length = 0;
    expect(
      await services.accounts.getAccountByUsername({ username: 'ADA' }, anonymous),
    ).toMatchObject({ id });
    expect(
      await services.accounts.findAccountByPhoneNumber({ phoneNumber }, anonymous),
    ).toMatchObject({ id });
    expect(services.commands).toEqual(['aggregate', 'aggregate']);
    await services.accounts.identities.complete(anonymous);
  });

  it('names the accounts that collide, and changes nothing', async () => {
    await insertEarlier({ username: 'Ada' });
    const second = await insertEarlier({ username: 'ada' });
    const services = await start();

    const completing = services.accounts.identities.complete(anonymous);

    await expect(completing).rejects.toThrow(`Other accounts have the names of ${second}.`);
    expect(await services.accounts.identities.findProgress(anonymous)).toBeDefined();
    await accountDocuments().deleteOne({ username: 'ada' });
    await services.accounts.identities.complete(anonymous);
    expect(await indexNames()).toHaveLength(3);
  });

  it('refuses while a version without identities stores accounts', async () => {
    const services = await startMixed();
    const id = await insertEarlier({ username: 'Ada' }, clock.now());

    const completing = services.accounts.identities.complete(anonymous);

    await expect(completing).rejects.toThrow(`In the last hour, an earlier version changed ${id}.`);
    clock.advance(60 * 60_000);
    await services.accounts.identities.complete(anonymous);
    expect(await keys()).toEqual(['username:ada']);
  });

  it('refuses while a process of an earlier version is alive', async () => {
    const services = await startMixed();
    const processes = throwaway.database.collection<Document & StringId>('account_processes');
    await processes.insertOne({
      _id: 'earlier',
      version: 0,
      state: 'mixed',
      seen_at: clock.now(),
      created_at: clock.now(),
      updated_at: clock.now(),
    });

    const completing = services.accounts.identities.complete(anonymous);

    await expect(completing).rejects.toThrow('A process of an earlier version still runs.');
    clock.advance(30_000);
    await services.accounts.identities.complete(anonymous);
  });

  it('waits for processes that do not know yet, and keeps the indexes until then', async () => {
    const services = await startMixed();
    const other = await start();
    other.accounts.identities.startHeartbeat();
    await other.accounts.identities.stopHeartbeat();

    const completing = services.accounts.identities.complete(anonymous);
    const state = throwaway.database.collection('account_identity_state');
    await expect.poll(() => state.findOne()).toMatchObject({ state: 'complete' });
    await signUp(other);
    expect(await indexNames()).toContain('active_username_unique');
    await expect(signUp(services)).rejects.toThrow(AccountWithUserNameExistsError);
    other.accounts.identities.startHeartbeat();
    await other.accounts.identities.stopHeartbeat();
    await completing;

    expect(await indexNames()).not.toContain('active_username_unique');
    await expect(signUp(other, 'ADA')).rejects.toThrow(AccountWithUserNameExistsError);
  });

  it('goes on after an interruption before the indexes are dropped', async () => {
    const services = await startMixed();
    const other = await start();
    other.accounts.identities.startHeartbeat();
    await other.accounts.identities.stopHeartbeat();
    const stopped = new AbortController();
    const completing = services.accounts.identities.complete(anonymous, stopped.signal);
    const state = throwaway.database.collection('account_identity_state');
    await expect.poll(() => state.findOne()).toMatchObject({ state: 'complete' });
    stopped.abort();
    await expect(completing).rejects.toThrow();
    expect(await indexNames()).toContain('active_username_unique');
    clock.advance(30_001);

    await (await start()).accounts.identities.complete(anonymous);

    expect(await indexNames()).not.toContain('active_username_unique');
  });
});
