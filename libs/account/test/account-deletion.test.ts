import {
  AccountStateError,
  AccountInvalidCredentialsError,
  AccountWithIdNotFoundError,
  AccountWithPhoneNumberExistsError,
  AccountWithUserNameExistsError,
} from '@org/account';
import {
  AccessTokenInvalidError,
  OtpExpiredError,
  PasswordResetTokenUnusableError,
} from '@org/authentication';
import { ObjectId } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  anonymous,
  breakCollection,
  createServices,
  ownerOf,
  type TestServices,
} from './services.ts';

const DAY = 24 * 60 * 60_000;

const ada = {
  firstName: 'Ada',
  lastName: 'Lovelace',
  username: 'ada@example.com',
  password: 'analytical engine',
};
const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };
const subscription = {
  endpoint: 'https://push.example.com/1',
  keys: {
    p256dh:
      'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  },
};

let services: TestServices;
let accountId: string;

beforeEach(async () => {
  services = await createServices();
  const account = await services.accounts.createAccountByUsernameAndPassword(ada, anonymous);
  accountId = account.id;
});
afterEach(async () => {
  await services.throwaway.remove();
});

function login() {
  const { username, password } = ada;
  return services.accounts.getAccountByUsernameAndPassword({ username, password }, anonymous);
}

function remove(id = accountId) {
  return services.accounts.deletion.deleteAccount({ accountId: id }, ownerOf(id));
}

function restore(id = accountId) {
  return services.accounts.deletion.restoreAccount({ accountId: id }, anonymous);
}

function stored(id = accountId) {
  return services.collection('accounts').findOne({ _id: ObjectId.createFromHexString(id) });
}

function startSession(sessionEpoch = 0) {
  const origin = { accountId, sessionEpoch, userAgent: 'test', ip: '192.0.2.1' };
  return services.authentication.createAccessToken(origin, ownerOf(accountId));
}

describe('deleteAccount', () => {
  it('keeps the document, marked', async () => {
    const before = await stored();
    services.clock.advance(1_000);

    await remove();

    const now = services.clock.now();
    const marked = { active: false, session_epoch: 1, deleted_at: now, updated_at: now };
    expect(await stored()).toEqual({ ...before, ...marked });
  });

  it('makes the account answer as an unknown one', async () => {
    await remove();

    await expect(login()).rejects.toThrow(AccountInvalidCredentialsError);
    await expect(services.accounts.getAccountById({ id: accountId }, anonymous)).rejects.toThrow(
      AccountWithIdNotFoundError,
    );
    await expect(remove()).rejects.toThrow(AccountWithIdNotFoundError);
    await expect(remove('malformed')).rejects.toThrow(AccountWithIdNotFoundError);
  });

  it('ends sessions, reset tokens and push subscriptions', async () => {
    const session = await startSession();
    const { token } = await services.authentication.resetTokens.createPasswordResetToken(
      { accountId },
      anonymous,
    );
    const owner = ownerOf(accountId);
    await services.notification.createPushSubscription({ accountId, ...subscription }, owner);

    await remove();

    await expect(services.authentication.verifyAccessToken(session, anonymous)).rejects.toThrow(
      AccessTokenInvalidError,
    );
    await expect(
      services.authentication.resetTokens.assertPasswordResetTokenUsable(
        { accountId, token },
        anonymous,
      ),
    ).rejects.toThrow(PasswordResetTokenUnusableError);
    expect(
      await services.notification.getPushSubscriptionsByAccountId({ accountId }, owner),
    ).toEqual([]);
  });

  it('leaves a session worthless whose owner logged in just before', async () => {
    const { sessionEpoch } = await login();
    await remove();

    const session = await startSession(sessionEpoch);

    await expect(services.authentication.verifyAccessToken(session, anonymous)).rejects.toThrow(
      AccessTokenInvalidError,
    );
    const refreshing = services.authentication.refreshAccessToken(
      { ...session, userAgent: 'test', ip: '192.0.2.1' },
      anonymous,
    );
    await expect(refreshing).rejects.toThrow(AccessTokenInvalidError);
    await restore();
    services.clock.advance(1_000);
    await expect(services.authentication.verifyAccessToken(session, anonymous)).rejects.toThrow(
      AccessTokenInvalidError,
    );
  });

  it('ends the one-time password of a phone account', async () => {
    const { id } = await services.accounts.getOrCreateAccountByPhoneNumber(
      { phoneNumber },
      anonymous,
    );
    await services.notification.deliverDueMessages();
    const otpCode = /\d{6}/.exec(services.outbox.smsMessages.at(-1)!.text)![0];

    await remove(id);

    await expect(
      services.authentication.otps.verifyOtp({ phoneNumber, otpCode }, anonymous),
    ).rejects.toThrow(OtpExpiredError);
  });

  it('drops what is queued, and tells the owner until when it can be undone', async () => {
    await services.jobs.run('account.password-reset-request', { username: ada.username });

    await remove();
    await services.notification.deliverDueMessages();

    const restorableUntil = new Date(services.clock.now().getTime() + 30 * DAY);
    expect(services.outbox.emails).toHaveLength(1);
    expect(services.outbox.emails[0]).toMatchObject({
      to: ada.username,
      text: expect.stringContaining(String(restorableUntil.getUTCFullYear())),
    });
    expect(
      await services.collection('notification_deliveries').distinct('topic', { status: 'sent' }),
    ).toEqual(['account-deleted']);
  });

  it('changes nothing when any of it fails', async () => {
    const session = await startSession();
    await breakCollection(services, 'notification_deliveries');

    await expect(remove()).rejects.toThrow();

    await login();
    await services.authentication.verifyAccessToken(session, anonymous);
  });

  it('frees username and number for others', async () => {
    await remove();

    const again = await services.accounts.createAccountByUsernameAndPassword(ada, anonymous);

    expect(again.id).not.toBe(accountId);
  });
});

describe('restoreAccount', () => {
  it('brings the account back as it was, but logged out', async () => {
    const before = await stored();
    const session = await startSession();
    await remove();
    services.clock.advance(30 * DAY - 1);

    const restored = await restore();

    expect(restored).toMatchObject({ id: accountId, username: ada.username });
    expect(await stored()).toEqual({
      ...before,
      session_epoch: 1,
      identity_version: 2,
      updated_at: services.clock.now(),
    });
    await login();
    await expect(services.authentication.verifyAccessToken(session, anonymous)).rejects.toThrow();
  });

  it('says of an account that it is active', async () => {
    await expect(restore()).rejects.toThrow(AccountStateError);
    await expect(restore()).rejects.toThrow(`Account ${accountId} is active.`);
  });

  it('finds no account that is too long deleted or not there', async () => {
    await expect(restore('64b000000000000000000001')).rejects.toThrow(AccountWithIdNotFoundError);
    await remove();
    services.clock.advance(30 * DAY);

    await expect(restore()).rejects.toThrow(AccountWithIdNotFoundError);
  });

  it('finds no account that an earlier backend deleted', async () => {
    await services.collection('accounts').updateMany({}, { $set: { active: false } });

    await expect(restore()).rejects.toThrow(AccountWithIdNotFoundError);
  });

  it('refuses when the username was taken again', async () => {
    await remove();
    await services.accounts.createAccountByUsernameAndPassword(
      { ...ada, username: ada.username.toUpperCase() },
      anonymous,
    );

    const restoring = restore();

    await expect(restoring).rejects.toThrow(AccountWithUserNameExistsError);
    await expect(restoring).rejects.toMatchObject({ code: 'ACCOUNT_ERR_01', httpStatus: 409 });
    expect(await stored()).toMatchObject({ active: false });
  });

  it('refuses when the phone number was taken again', async () => {
    const signUp = () =>
      services.accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous);
    const { id } = await signUp();
    await remove(id);
    await signUp();

    const restoring = restore(id);

    await expect(restoring).rejects.toThrow(AccountWithPhoneNumberExistsError);
    await expect(restoring).rejects.toMatchObject({ code: 'ACCOUNT_ERR_05', httpStatus: 409 });
  });
});
