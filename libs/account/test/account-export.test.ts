import { AccountWithIdNotFoundError, type AccountDataHolder } from '@org/account';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { anonymous, createServices, ownerOf, type TestServices } from './services.ts';

const ada = {
  firstName: 'Ada',
  lastName: 'Lovelace',
  username: 'ada@example.com',
  password: 'analytical engine',
};
const dataHolder: AccountDataHolder = {
  name: 'notes',
  exportDataByAccountId: async ({ accountId }) => [`a note of ${accountId}`],
  deleteDataByAccountId: async () => [],
};

let services: TestServices;
let accountId: string;

beforeAll(async () => {
  services = await createServices({ dataHolders: [dataHolder] });
  const account = await services.accounts.createAccountByUsernameAndPassword(ada, anonymous);
  accountId = account.id;
  await services.authentication.createAccessToken(
    { accountId, userAgent: 'a browser', ip: '192.0.2.1' },
    ownerOf(accountId),
  );
  await services.jobs.run('account.password-reset-request', { username: ada.username });
});
afterAll(async () => {
  await services.throwaway.remove();
});

describe('exportAccount', () => {
  it('tells what every module keeps of the account', async () => {
    const exported = await services.accounts.exportAccount({ accountId }, ownerOf(accountId));

    expect(exported).toMatchObject({
      account: { id: accountId, firstName: 'Ada', username: ada.username },
      notification: { notification_preferences: { email_enabled: true } },
      others: { notes: [`a note of ${accountId}`] },
    });
    expect(JSON.stringify(exported.authentication)).toContain('a browser');
    expect(exported.auditRecords.map(({ action }) => action)).toContain('session_created');
  });

  it('tells no secret', async () => {
    const exported = JSON.stringify(
      await services.accounts.exportAccount({ accountId }, ownerOf(accountId)),
    );

    const account = await services.collection('accounts').findOne();
    const session = await services.collection('sessions').findOne();
    const token = await services.collection('password_reset_tokens').findOne();
    for (const secret of [
      account!['hashed_password'],
      session!['current_hash'],
      session!['salt'],
      token!['token_hash'],
    ]) {
      expect(exported).not.toContain(JSON.stringify(secret).replaceAll('"', ''));
    }
  });

  it('finds no account that is gone', async () => {
    await expect(
      services.accounts.exportAccount({ accountId: '64b000000000000000000009' }, anonymous),
    ).rejects.toThrow(AccountWithIdNotFoundError);
  });
});
