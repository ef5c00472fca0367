import { randomBytes } from 'node:crypto';

import { AccountBadRequestError, AccountService, AccountWithIdNotFoundError } from '@org/account';
import { AuditService } from '@org/audit';
import { AuthenticationService, OtpRequestFailedError, ThrottleService } from '@org/authentication';
import { SecretKey } from '@org/core';
import { NotificationService } from '@org/notification';
import { createThrowawayDatabase, type ThrowawayDatabase } from '@org/core/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { ada, anonymous, CHEAP_HASHING } from './services.ts';

let throwaway: ThrowawayDatabase;
let accounts: AccountService;
let modules: ReturnType<typeof createModules>;

function createModules({ database }: ThrowawayDatabase) {
  const audit = AuditService.create({ database });
  const keyed = { database, audit, secretKey: SecretKey.create({ current: randomBytes(32) }) };
  const throttle = ThrottleService.create(keyed);
  return {
    ...keyed,
    keyed,
    throttle,
    authentication: AuthenticationService.create({ ...keyed, throttle }),
  };
}

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
  modules = createModules(throwaway);
  const { database, audit, throttle, authentication } = modules;
  const settings = { passwordHashing: CHEAP_HASHING };
  accounts = AccountService.create({ database, audit, throttle, authentication, settings });
  for (const module of [audit, throttle, authentication, accounts]) {
    await module.initialize();
  }
});
afterAll(async () => {
  await throwaway.remove();
});

it('refuses a reset of a password that no job would send', async () => {
  const { database, audit, keyed, throttle, authentication } = modules;
  const notification = NotificationService.create(keyed);
  const jobless = AccountService.create({
    database,
    audit,
    throttle,
    authentication,
    notification,
  });

  await expect(jobless.requestPasswordReset({ username: ada.username }, anonymous)).rejects.toThrow(
    new AccountBadRequestError('This program runs no jobs.'),
  );
});

describe('accounts without jobs and messages', () => {
  it('live from the sign-up to the deletion', async () => {
    const { id } = await accounts.createAccountByUsernameAndPassword(ada, anonymous);
    const context = anonymous.withActor({ type: 'account', id });

    await accounts.updateAccountProfile({ accountId: id, firstName: 'A', lastName: '' }, context);
    const passwords = { currentPassword: ada.password, newPassword: 'difference engine' };
    await accounts.changeAccountPassword({ accountId: id, ...passwords }, context);
    const { notification, end } = await accounts.exportAccount({ accountId: id }, context);
    expect(notification).toEqual({});
    await end();
    await accounts.deletion.deleteAccount({ accountId: id }, context);

    await expect(accounts.getAccountById({ id }, context)).rejects.toThrow(
      AccountWithIdNotFoundError,
    );
  });

  it('refuse what would be sent or preferred, instead of forgetting it', async () => {
    const named = { ...ada, username: 'eve@example.com' };
    const { id: accountId } = await accounts.createAccountByUsernameAndPassword(named, anonymous);
    const phoneNumber = { countryCode: '+91', phoneNumber: '9999999999' };

    for (const ask of [
      () => accounts.requestPasswordReset({ username: named.username }, anonymous),
      () => accounts.getAccountNotificationPreferencesByAccountId({ accountId }, anonymous),
      () =>
        accounts.createOrUpdateAccountNotificationPreferences(
          { accountId, emailEnabled: false },
          anonymous,
        ),
    ]) {
      await expect(ask()).rejects.toThrow(
        new AccountBadRequestError('This program sends no messages.'),
      );
    }
    await expect(
      accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous),
    ).rejects.toThrow(OtpRequestFailedError);
  });
});
