import { readFileSync } from 'node:fs';

import { AccountInvalidCredentialsError, AccountWithUserNameExistsError } from '@org/account';
import { FakeClock } from '@org/core/testing';
import { BSON, type Document } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ada, anonymous, connect, createServices, type TestServices } from './services.ts';

/** What the version before identities stored, of accounts that it signed up, deleted and restored. */
const dump = BSON.EJSON.parse(
  readFileSync(new URL('databases/2b5a308.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, readonly Document[]>>;
/** More than an hour after it. */
const NOW = new Date('2026-11-29T04:00:00.000Z');
const IDENTITIES = [
  'phone:+919999999991',
  'phone:+919999999992',
  'username:ada@example.com',
  'username:back',
  'username:grace hopper',
];

let services: TestServices;

beforeEach(async () => {
  const clock = new FakeClock(NOW);
  const throwaway = await connect(clock);
  for (const [name, documents] of Object.entries(dump)) {
    await throwaway.database.collection(name).insertMany([...documents]);
  }
  services = await createServices({ throwaway, clock });
});
afterEach(async () => {
  await services.throwaway.remove();
});

const storeIdentities = () => services.jobs.run('account.store-identities');
const complete = () => services.accounts.identities.complete(anonymous);

async function keys(): Promise<readonly string[]> {
  const identities = services.collection<{ readonly _id: string }>('account_identities');
  return (await identities.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
}

async function expectServed(): Promise<void> {
  const { accounts } = services;
  const logIn = (username: string) =>
    accounts.getAccountByUsernameAndPassword({ username, password: ada.password }, anonymous);
  expect(await logIn('ADA@example.com')).toMatchObject({ firstName: 'Ada' });
  expect(await logIn('grace hopper')).toMatchObject({ username: 'Grace Hopper' });
  expect(await logIn('back')).toMatchObject({ username: 'back' });
  await expect(logIn('gone@example.com')).rejects.toThrow(AccountInvalidCredentialsError);
  await expect(
    accounts.createAccountByUsernameAndPassword({ ...ada, username: 'GRACE HOPPER' }, anonymous),
  ).rejects.toThrow(AccountWithUserNameExistsError);
  for (const phoneNumber of ['9999999991', '9999999992']) {
    const number = { countryCode: '+91', phoneNumber };
    const found = await accounts.findAccountByPhoneNumber({ phoneNumber: number }, anonymous);
    expect(found).toMatchObject({ phoneNumber: number });
  }
}

describe('a database of the version before identities', () => {
  it.each([
    ['at once', []],
    ['after the job', [storeIdentities]],
    ['after the job, twice', [storeIdentities, storeIdentities]],
    ['once completed', [complete]],
    ['once completed after the job', [storeIdentities, complete]],
  ])('is served %s', async (_when, steps) => {
    for (const step of steps) {
      await step();
    }

    await expectServed();

    expect(await keys()).toEqual(steps.length === 0 ? [] : IDENTITIES);
  });

  it.each([
    ['mixed', []],
    ['complete', [complete]],
  ])('gives back what was deleted there, when %s', async (_state, steps) => {
    for (const step of steps) {
      await step();
    }
    const [deleted] = await services.collection('accounts').find({ active: false }).toArray();

    await services.accounts.deletion.restoreAccount(
      { accountId: deleted!._id.toHexString() },
      anonymous,
    );

    expect(await keys()).toContain('username:gone@example.com');
  });
});
