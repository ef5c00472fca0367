import { randomBytes } from 'node:crypto';

import { AccountBadRequestError, AccountService, AccountWithIdNotFoundError } from '@org/account';
import { AuditService } from '@org/audit';
import { AuthenticationService, OtpRequestFailedError, ThrottleService } from '@org/authentication';
import { SecretKey } from '@org/core';
import { createThrowawayDatabase, type ThrowawayDatabase } from '@org/core/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { ada, anonymous, CHEAP_HASHING } from './services.ts';

let throwaway: ThrowawayDatabase;
let accounts: AccountService;

beforeAll(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
  const { database } = throwaway;
  const audit = AuditService.create({ database });
  const keyed = { database, audit, secretKey: SecretKey.create({ current: randomBytes(32) }) };
  const throttle = ThrottleService.create(keyed);
  const authentication = AuthenticationService.create({ ...keyed, throttle });
  const settings = { passwordHashing: CHEAP_HASHING };
  accounts = AccountService.create({ database, audit, throttle, authentication, settings });
  for (const module of [audit, throttle, authentication, accounts]) {
    await module.initialize();
  }
});
afterAll(async () => {
  await throwaway.remove();
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
