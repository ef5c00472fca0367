import { AccountBadRequestError, AccountWithIdNotFoundError } from '@org/account';
import type { AccountService } from '@org/account';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  ada,
  anonymous as context,
  createServices,
  ownerOf,
  type TestServices,
} from './services.ts';

let services: TestServices;
let accounts: AccountService;

beforeAll(async () => {
  services = await createServices();
  accounts = services.accounts;
});
beforeEach(async () => {
  await documents().deleteMany({});
});
afterAll(async () => {
  await services.throwaway.remove();
});

function documents() {
  return services.collection('accounts');
}

describe('updateAccountProfile', () => {
  const change = { firstName: 'Augusta Ada', lastName: 'King' };

  it('changes the given names, and when', async () => {
    const created = await accounts.createAccountByUsernameAndPassword(ada, context);
    services.clock.advance(1_000);

    const updated = await accounts.updateAccountProfile(
      { accountId: created.id, ...change },
      ownerOf(created.id),
    );

    expect(updated).toEqual({ ...created, ...change, updatedAt: services.clock.now() });
    expect(await accounts.getAccountById({ id: created.id }, context)).toEqual(updated);
  });

  it.each([
    ['null leaves a name alone', { firstName: null, lastName: 'King' }, 'Ada', 'King'],
    ['an absent name stays', { lastName: 'King' }, 'Ada', 'King'],
    ['an empty name is stored', { firstName: '', lastName: '' }, '', ''],
    ['nothing but null changes nothing', { firstName: null, lastName: null }, 'Ada', 'Lovelace'],
  ])('%s', async (_what, names, firstName, lastName) => {
    const { id: accountId } = await accounts.createAccountByUsernameAndPassword(ada, context);

    const updated = await accounts.updateAccountProfile({ accountId, ...names }, context);

    expect(updated).toMatchObject({ firstName, lastName });
  });

  it.each([
    ['control characters', { firstName: 'A\u0000da' }, 'first_name must not have control'],
    ['more than 256 characters', { lastName: 'x'.repeat(257) }, 'last_name must have at most 256'],
  ])('refuses a name with %s', async (_what, names, message) => {
    const { id: accountId } = await accounts.createAccountByUsernameAndPassword(ada, context);

    const updating = accounts.updateAccountProfile({ accountId, ...names }, context);

    await expect(updating).rejects.toThrow(AccountBadRequestError);
    await expect(updating).rejects.toThrow(message);
  });

  it.each(['deleted', 'missing', 'malformed'])('finds no account that is %s', async (state) => {
    const { id } = await accounts.createAccountByUsernameAndPassword(ada, context);
    await documents().updateMany({}, { $set: { active: false } });
    const ids = { deleted: id, missing: '64b000000000000000000001', malformed: 'x' };
    const accountId = ids[state as keyof typeof ids];

    for (const names of [change, { firstName: null }]) {
      await expect(accounts.updateAccountProfile({ accountId, ...names }, context)).rejects.toThrow(
        AccountWithIdNotFoundError,
      );
    }
  });
});

describe('createOrUpdateAccountNotificationPreferences', () => {
  it('sets the given flags and keeps the others', async () => {
    const { id: accountId } = await accounts.createAccountByUsernameAndPassword(ada, context);

    await accounts.createOrUpdateAccountNotificationPreferences(
      { accountId, smsEnabled: false },
      ownerOf(accountId),
    );

    expect(
      await accounts.getAccountNotificationPreferencesByAccountId({ accountId }, context),
    ).toMatchObject({ emailEnabled: true, pushEnabled: true, smsEnabled: false });
  });

  it('sets none for an account that is gone', async () => {
    const { id: accountId } = await accounts.createAccountByUsernameAndPassword(ada, context);
    await accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));

    await expect(
      accounts.createOrUpdateAccountNotificationPreferences(
        { accountId, smsEnabled: false },
        ownerOf(accountId),
      ),
    ).rejects.toThrow(AccountWithIdNotFoundError);
  });
});

describe('notifyAccountOfTokenReuse', () => {
  it('tells the owner, and nobody of an account that is gone', async () => {
    const { id: accountId } = await accounts.createAccountByUsernameAndPassword(
      { ...ada, username: 'ada@example.com' },
      context,
    );
    const notify = () => accounts.notifyAccountOfTokenReuse({ accountId }, context);
    const topics = () => services.collection('notification_deliveries').distinct('channel');

    await notify();
    expect(await topics()).toEqual(['email', 'push']);

    await services.collection('notification_deliveries').deleteMany({});
    await documents().deleteMany({});
    await notify();
    expect(await topics()).toEqual([]);
  });
});
