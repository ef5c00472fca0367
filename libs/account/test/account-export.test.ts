import { AccountWithIdNotFoundError, type PersonalDataProvider } from '@org/account';
import { collect } from '@org/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { anonymous, createServices, ownerOf, type TestServices } from './services.ts';

const ada = {
  firstName: 'Ada',
  lastName: 'Lovelace',
  username: 'ada@example.com',
  password: 'analytical engine',
};
const personalDataProvider: PersonalDataProvider = {
  name: 'notes',
  exportDataByAccountId: async function* ({ accountId }) {
    yield [`a note of ${accountId}`];
    yield ['another'];
  },
  deleteDataByAccountId: async () => undefined,
};

let services: TestServices;
let accountId: string;

beforeAll(async () => {
  services = await createServices({ personalDataProviders: [personalDataProvider] });
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

describe('registerPersonalDataProvider', () => {
  it('adds what a module stores that was built later', async () => {
    services.accounts.registerPersonalDataProvider({
      ...personalDataProvider,
      name: 'later',
      exportDataByAccountId: async function* () {
        yield ['more'];
      },
    });

    expect(await exportWhole()).toMatchObject({ others: { later: [['more']] } });
  });

  it.each(['notes', 'again'])('refuses two of one name: %s', (name) => {
    const register = () => {
      services.accounts.registerPersonalDataProvider({ ...personalDataProvider, name });
    };
    if (name === 'again') {
      register();
    }

    expect(register).toThrow(
      new TypeError(`There is a personalDataProvider named ${name} already.`),
    );
  });
});

describe('exportAccount', () => {
  it('tells what every module keeps of the account', async () => {
    const exported = await exportWhole();

    expect(exported).toMatchObject({
      account: { id: accountId, firstName: 'Ada', username: ada.username },
      notification: { notification_preferences: { email_enabled: true } },
      others: { notes: [[`a note of ${accountId}`], ['another']] },
    });
    expect(JSON.stringify(exported)).toContain('a browser');
    expect(JSON.stringify(exported)).toContain('session_created');
  });

  it('reads a list when it is asked for, a page at a time', async () => {
    const { audit, accounts } = services;
    const event = { resourceType: 'notes', resourceId: '', action: 'create' };
    const many = Array.from({ length: 250 }, () => event);
    await audit.record(many, ownerOf(accountId));
    const exported = await accounts.exportAccount({ accountId }, ownerOf(accountId));
    services.commands.length = 0;

    const records = exported.auditRecords[Symbol.asyncIterator]();
    const { value: page } = await records.next();
    expect(page).toHaveLength(100);
    expect(services.commands).toEqual(['find']);
    await records.return?.();
    await exported.end();
    expect(services.commands).toEqual(['find', 'killCursors', 'findAndModify']);
  });

  it('refuses a second one until the first is over, and says when to ask again', async () => {
    const begin = () => services.accounts.exportAccount({ accountId }, ownerOf(accountId));
    const first = await begin();

    await expect(begin()).rejects.toMatchObject({
      code: 'RATE_LIMIT_ERR_01',
      retryAfterSeconds: 30,
    });
    await first.end();
    await (await begin()).end();
  });

  it('lets another one begin half a minute after the process of the first was killed', async () => {
    const begin = () => services.accounts.exportAccount({ accountId }, ownerOf(accountId));
    const abandoned = await begin();

    services.clock.advance(29_000);
    await expect(begin()).rejects.toMatchObject({ retryAfterSeconds: 1 });
    services.clock.advance(1_000);
    const next = await begin();
    await abandoned.end();
    await expect(begin()).rejects.toMatchObject({ code: 'RATE_LIMIT_ERR_01' });
    await next.end();
  });

  it('tells no secret', async () => {
    const exported = JSON.stringify(await exportWhole());

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

/** With every list that comes in pages. */
async function exportWhole(): Promise<object> {
  const { end, ...exported } = await services.accounts.exportAccount(
    { accountId },
    ownerOf(accountId),
  );
  const whole = await readPages(exported);
  await end();
  return whole as object;
}

async function readPages(value: unknown): Promise<unknown> {
  if (typeof value !== 'object' || value === null || value instanceof Date) {
    return value;
  }
  if (Symbol.asyncIterator in value) {
    return collect(value as AsyncIterable<unknown>);
  }
  const fields = Object.entries(value).map(async ([name, field]) => [name, await readPages(field)]);
  return Object.fromEntries((await Promise.all(fields)) as [string, unknown][]);
}
