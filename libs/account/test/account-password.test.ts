import {
  AccountBadRequestError,
  AccountInvalidCredentialsError,
  AccountWithIdNotFoundError,
} from '@org/account';
import { AccessTokenInvalidError } from '@org/authentication';
import { TooManyRequestsError } from '@org/core';
import * as argon2 from 'argon2';
import * as bcrypt from 'bcrypt';
import { ObjectId } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import {
  anonymous,
  breakCollection,
  CHEAP_HASHING,
  createServices,
  ownerOf,
  type TestServices,
} from './services.ts';

const password = 'analytical engine';
const newPassword = 'difference engine';
const ada = { firstName: 'Ada', lastName: 'Lovelace', username: 'ada@example.com', password };

let services: TestServices;
let accountId: string;

beforeAll(async () => {
  services = await createServices();
});
beforeEach(async () => {
  const { id } = await createAda(services);
  accountId = id;
});
afterAll(async () => {
  await services.throwaway.remove();
});

async function createAda({ accounts, collection }: TestServices) {
  await collection('accounts').deleteMany({});
  return accounts.createAccountByUsernameAndPassword(ada, anonymous);
}

function login(attempt: string, { accounts } = services) {
  return accounts.getAccountByUsernameAndPassword(
    { username: ada.username, password: attempt },
    anonymous,
  );
}

function change(params: object = {}) {
  return services.accounts.changeAccountPassword(
    { accountId, currentPassword: password, newPassword, ...params },
    ownerOf(accountId),
  );
}

function startSession(sessionEpoch = 0) {
  const origin = { accountId, sessionEpoch, userAgent: 'test', ip: '192.0.2.1' };
  return services.authentication.createAccessToken(origin, ownerOf(accountId));
}

function storedHash(): Promise<unknown> {
  return services
    .collection('accounts')
    .findOne({ _id: ObjectId.createFromHexString(accountId) })
    .then((account) => account!['hashed_password'] as unknown);
}

describe('changeAccountPassword', () => {
  it('lets the new password in and the old one no more', async () => {
    expect(await change()).toMatchObject({ id: accountId, username: ada.username });

    await login(newPassword);
    await expect(login(password)).rejects.toThrow(AccountInvalidCredentialsError);
  });

  it('ends the other sessions and keeps the one that asked', async () => {
    const [current, other] = [await startSession(), await startSession()];
    const { sessionId } = await services.authentication.verifyAccessToken(current, anonymous);

    await change({ currentSessionId: sessionId });

    await services.authentication.verifyAccessToken(current, anonymous);
    await expect(services.authentication.verifyAccessToken(other, anonymous)).rejects.toThrow(
      AccessTokenInvalidError,
    );
  });

  it('leaves a session worthless whose owner showed the old password just before', async () => {
    const { sessionEpoch } = await login(password);
    const current = await startSession();
    const { sessionId } = await services.authentication.verifyAccessToken(current, anonymous);
    await change({ currentSessionId: sessionId });

    const session = await startSession(sessionEpoch);

    await expect(services.authentication.verifyAccessToken(session, anonymous)).rejects.toThrow(
      AccessTokenInvalidError,
    );
    const refresh = ({ refreshToken }: { refreshToken: string }) =>
      services.authentication.refreshAccessToken(
        { refreshToken, userAgent: 'test', ip: '192.0.2.1' },
        anonymous,
      );
    await expect(refresh(session)).rejects.toThrow(AccessTokenInvalidError);
    await refresh(current);
    const sessions = await services.authentication.getSessionsByAccountId({ accountId }, anonymous);
    expect(sessions.map(({ id }) => id)).toEqual([sessionId]);
  });

  it('lets sessions of the new password live', async () => {
    await change();

    const { sessionEpoch } = await login(newPassword);

    const session = await startSession(sessionEpoch);
    await services.authentication.verifyAccessToken(session, anonymous);
  });

  it('ends all sessions where the one that asked is not known', async () => {
    const session = await startSession();

    await change();

    await expect(services.authentication.verifyAccessToken(session, anonymous)).rejects.toThrow(
      AccessTokenInvalidError,
    );
  });

  it('makes a reset token worthless', async () => {
    const { token } = await services.authentication.resetTokens.createPasswordResetToken(
      { accountId },
      anonymous,
    );

    await change();

    const reset = { accountId, token, newPassword: 'third engine of them' };
    await expect(services.accounts.resetAccountPassword(reset, anonymous)).rejects.toMatchObject({
      code: 'ACCOUNT_ERR_04',
    });
  });

  it('tells the owner', async () => {
    await change();
    await services.notification.deliverDueMessages();

    expect(services.outbox.emails.at(-1)).toMatchObject({ to: ada.username });
    expect(
      await services.collection('notification_deliveries').distinct('topic', {
        account_id: accountId,
      }),
    ).toEqual(['password-changed']);
  });

  it('is recorded, without what was hashed', async () => {
    await change();

    const records = await services
      .collection('audit_log')
      .find({ resource_type: 'accounts', resource_id: accountId, actor_id: accountId })
      .toArray();
    expect(records).toMatchObject([
      { action: 'authn_password_change', outcome: 'success', changes: {} },
    ]);
  });

  it.each([
    ['wrong', 'wrong password'],
    ['empty', ''],
    ['too long', 'x'.repeat(10_000)],
  ])('refuses a current password that is %s, and records it', async (_what, currentPassword) => {
    const before = await storedHash();

    const changing = change({ currentPassword });

    await expect(changing).rejects.toThrow(AccountInvalidCredentialsError);
    await expect(changing).rejects.toMatchObject({ code: 'ACCOUNT_ERR_03', httpStatus: 401 });
    expect(await storedHash()).toBe(before);
    expect(
      await services
        .collection('audit_log')
        .findOne({ resource_id: accountId, outcome: 'failure' }),
    ).toMatchObject({ action: 'authn_password_change', actor_id: accountId });
  });

  it('refuses for an account without a password', async () => {
    await services.collection('accounts').updateMany({}, { $set: { hashed_password: '' } });

    await expect(change({ currentPassword: '' })).rejects.toThrow(AccountInvalidCredentialsError);
  });

  it.each([
    ['too short', 'engine', 'at least 8'],
    ['too long', 'x'.repeat(129), 'at most 128'],
    ['known to many', 'password123', 'new_password is too common'],
    ['the username', 'ADA@example.com1', 'must not be the username'],
  ])('refuses a new password that is %s', async (_what, refused, message) => {
    const changing = change({ newPassword: refused });

    await expect(changing).rejects.toThrow(AccountBadRequestError);
    await expect(changing).rejects.toThrow(message);
    await login(password);
  });

  it('finds no account that is deleted', async () => {
    await services.accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));

    await expect(change()).rejects.toThrow(AccountWithIdNotFoundError);
  });

  it('changes nothing when the notice cannot be stored', async () => {
    const session = await startSession();
    const repair = await breakCollection(services, 'notification_deliveries');

    await expect(change()).rejects.toThrow();

    await login(password);
    await services.authentication.verifyAccessToken(session, anonymous);
    await repair();
  });

  it('counts wrong current passwords apart from failed logins, which anybody can cause', async () => {
    const limited = await createServices({ rateLimits: true });
    const { id } = await createAda(limited);
    const guess = (currentPassword: string) =>
      limited.accounts.changeAccountPassword(
        { accountId: id, currentPassword, newPassword },
        ownerOf(id),
      );
    for (let tries = 0; tries < 5; tries += 1) {
      await (await limited.throttle.beginLogin({ name: ada.username }, anonymous)).fail();
    }
    for (let tries = 0; tries < 5; tries += 1) {
      await expect(guess('wrong password')).rejects.toThrow(AccountInvalidCredentialsError);
    }

    await expect(guess(password)).rejects.toThrow(TooManyRequestsError);
    limited.clock.advance(1_000);
    await guess(password);
    await limited.throwaway.remove();
  });
});

describe('the hash at a login', () => {
  async function setHash(hash: string): Promise<void> {
    await services.collection('accounts').updateMany({}, { $set: { hashed_password: hash } });
  }

  it('of an earlier backend is replaced, and the password goes on to fit', async () => {
    await setHash(await bcrypt.hash(password, 4));

    await login(password);

    expect(await storedHash()).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/);
    await login(password);
    expect(
      await services
        .collection('audit_log')
        .find({ resource_id: accountId, action: 'authn_password_rehash' })
        .toArray(),
    ).toMatchObject([{ actor_type: 'account', actor_id: accountId, changes: {} }]);
  });

  it.each([
    ['memory', 8, { memoryKibibytes: 16 }, 'm=16,t=1,p=1'],
    ['iterations', 8, { iterations: 3 }, 'm=8,t=3,p=1'],
    // Each lane needs 8 KiB of its own.
    ['lanes', 16, { memoryKibibytes: 16, parallelism: 2 }, 'm=16,t=1,p=2'],
  ])(
    'is replaced when it has less %s than is set now, and no more afterwards',
    async (_what, memoryCost, more, parameters) => {
      const stronger = await createServices({
        settings: { passwordHashing: { ...CHEAP_HASHING, ...more } },
      });
      await createAda(stronger);
      const hashed = await argon2.hash(password, { memoryCost, timeCost: 1, parallelism: 1 });
      await stronger.collection('accounts').updateMany({}, { $set: { hashed_password: hashed } });

      await login(password, stronger);
      stronger.commands.length = 0;
      await login(password, stronger);

      expect(stronger.commands).toEqual(['aggregate']);
      expect(await stronger.collection('accounts').findOne()).toMatchObject({
        hashed_password: expect.stringContaining(parameters),
      });
      await stronger.throwaway.remove();
    },
  );

  it('stays when the password was wrong', async () => {
    const hash = await bcrypt.hash(password, 4);
    await setHash(hash);

    await expect(login('wrong password')).rejects.toThrow(AccountInvalidCredentialsError);

    expect(await storedHash()).toBe(hash);
  });

  it('of bcrypt stays for a password that is too long for ours, which goes on to fit', async () => {
    const long = 'x'.repeat(200);
    const hash = await bcrypt.hash(long, 4);
    await setHash(hash);

    await login(long);
    await login(long);

    expect(await storedHash()).toBe(hash);
  });

  it('is not put in the place of one that was set meanwhile', async () => {
    await setHash(await bcrypt.hash(password, 4));
    const meanwhile = await argon2.hash(newPassword, {
      memoryCost: 8,
      timeCost: 1,
      parallelism: 1,
    });
    const { database } = services.throwaway;
    const run = database.withTransaction.bind(database);
    vi.spyOn(database, 'withTransaction').mockImplementationOnce(async (context, work) => {
      await setHash(meanwhile);
      return run(context, work);
    });

    await login(password);

    expect(await storedHash()).toBe(meanwhile);
  });
});
