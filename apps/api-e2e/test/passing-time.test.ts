import { TestBackend } from '@org/backend/testing';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

import { get, patch, post, remove } from './client.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const newPassword = 'difference-engine-1822';
const mongodb = new MongoClient(inject('mongodbUri'));
let test: TestBackend;
let api: string;

beforeEach(async () => {
  test = await TestBackend.start({ mongodbUri: inject('mongodbUri') });
  api = `${test.address}/api`;
});
afterEach(async () => {
  await test.close();
});
afterAll(async () => {
  await mongodb.close();
});

async function requestResetToken(username: string): Promise<string> {
  expect(await post(`${api}/password-reset-tokens`, { username })).toMatchObject({ status: 201 });
  await test.runDueWork();
  const { text } = test.messages.emails.at(-1)?.message ?? { text: '' };
  return /reset_password\?token=([\w-]+)/.exec(text)?.[1] ?? 'none';
}

describe('a link to reset a password', () => {
  it.each([
    ['29 minutes later', 29, 200],
    ['31 minutes later', 31, 400],
  ])('answers as it should %s', async (_, minutes, status) => {
    const { account, username } = await test.signUp();
    const token = await requestResetToken(username);

    test.clock.advance(minutes * MINUTE);

    const body = { token, new_password: newPassword };
    expect(await patch(`${api}/accounts/${account.id}`, body)).toMatchObject({ status });
  });
});

describe('a session', () => {
  it('needs a new access token after 15 minutes, and gets it for 30 days', async () => {
    const user = await test.signUp();
    const session = await test.logIn(user);
    const own = `${api}/accounts/${user.account.id}`;

    test.clock.advance(16 * MINUTE);
    expect(await get(own, session.token)).toMatchObject({
      status: 401,
      body: { code: 'ACCESS_TOKEN_ERR_02' },
    });
    const refresh = (token: unknown) => post(`${api}/access-tokens`, { refresh_token: token });
    const refreshed = await refresh(session.refreshToken);
    expect(await get(own, String(refreshed.body['token']))).toMatchObject({ status: 200 });

    test.clock.advance(31 * DAY);
    expect(await refresh(refreshed.body['refresh_token'])).toMatchObject({ status: 401 });
  });
});

describe('a deleted account', () => {
  it('tells its owner, can be restored for 30 days, and is then gone with all it had', async () => {
    const user = await test.signUp();
    const { token } = await test.logIn(user);
    expect(await remove(`${api}/accounts/${user.account.id}`, token)).toMatchObject({
      status: 204,
    });
    await test.runDueWork();
    expect(test.messages.emails.map(({ options }) => options.topic)).toEqual(['account-deleted']);
    const database = mongodb.db(test.backend.database.driver.databaseName);
    const collections = await database.collections();
    const holders = async () => {
      const of = { $or: [{ _id: user.account.id }, { account_id: user.account.id }] };
      const counts = await Promise.all(
        collections.map(async (collection) => [
          collection.collectionName,
          await collection.countDocuments(of as object),
        ]),
      );
      return counts.filter(([, count]) => count !== 0).map(([name]) => name);
    };

    test.clock.advance(29 * DAY);
    await test.runDueWork();
    expect(await database.collection('accounts').countDocuments()).toBe(1);

    test.clock.advance(2 * DAY);
    await test.runDueWork();
    expect(await database.collection('accounts').countDocuments()).toBe(0);
    expect(await holders()).toEqual([]);
  });
});

describe('a notice', () => {
  it('is sent at once, and its repetitions of a day in one', async () => {
    const { account, username } = await test.signUp();
    const changeAndCount = async (): Promise<number> => {
      const token = await requestResetToken(username);
      const body = { token, new_password: newPassword };
      expect(await patch(`${api}/accounts/${account.id}`, body)).toMatchObject({ status: 200 });
      return countNotices();
    };
    const countNotices = async (): Promise<number> => {
      await test.runDueWork();
      return test.messages.emails.filter(({ options }) => options.topic === 'password-changed')
        .length;
    };

    expect(await changeAndCount()).toBe(1);
    expect(await changeAndCount()).toBe(1);
    expect(await changeAndCount()).toBe(1);

    test.clock.advance(DAY);
    expect(await countNotices()).toBe(2);
  });
});
