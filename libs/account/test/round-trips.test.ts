import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { ada, anonymous, createServices, ownerOf, type TestServices } from './services.ts';

let services: TestServices;
let accountId: string;

beforeAll(async () => {
  services = await createServices();
  const account = await services.accounts.createAccountByUsernameAndPassword(ada, anonymous);
  accountId = account.id;
});
beforeEach(() => {
  services.commands.length = 0;
});
afterAll(async () => {
  await services.throwaway.remove();
});

describe('round trips to MongoDB', () => {
  it('are one for reading an account', async () => {
    await services.accounts.getAccountById({ id: accountId }, ownerOf(accountId));

    expect(services.commands).toEqual(['find']);
  });

  it('are three for an update: the change, its audit record, the commit', async () => {
    await services.accounts.updateAccountProfile(
      { accountId, firstName: 'Augusta' },
      ownerOf(accountId),
    );

    expect(services.commands).toEqual(['findAndModify', 'insert', 'commitTransaction']);
  });

  it.each(['ada', 'unknown'])('are one for the look of a login, of %s', async (username) => {
    const { password } = ada;
    await services.accounts
      .getAccountByUsernameAndPassword({ username, password }, anonymous)
      .catch(() => undefined);

    expect(services.commands).toEqual(['aggregate']);
  });

  it('are five for a sign-up: account, identity, preferences, records, the commit', async () => {
    await services.accounts.createAccountByUsernameAndPassword(
      { ...ada, username: 'grace' },
      anonymous,
    );

    expect(services.commands).toEqual([
      'insert',
      'insert',
      'findAndModify',
      'insert',
      'commitTransaction',
    ]);
  });
});
