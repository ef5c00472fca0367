import { AccountWithIdNotFoundError, type AccountDataHolder } from '@org/account';
import type { Document } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { anonymous, createServices, ownerOf, type TestServices } from './services.ts';

const DAY = 24 * 60 * 60_000;

const ada = {
  firstName: 'Augusta-Ada',
  lastName: 'Lovelace-King',
  username: 'ada.lovelace@example.com',
  password: 'analytical engine',
};
const phoneNumber = { countryCode: '+91', phoneNumber: '9876501234' };

/** What must be found nowhere any more. */
const TRACES = [ada.firstName, ada.lastName, ada.username, phoneNumber.phoneNumber, '192.0.2.77'];

const notes: string[] = [];
const dataHolder: AccountDataHolder = {
  name: 'notes',
  exportDataByAccountId: async () => [...notes],
  deleteDataByAccountId: async () => {
    notes.length = 0;
    return [{ resourceType: 'notes', resourceId: '64b0000000000000000000bb' }];
  },
};

let services: TestServices;

beforeEach(async () => {
  services = await createServices({ dataHolders: [dataHolder] });
});
afterEach(async () => {
  await services.throwaway.remove();
});

/** An account that did something, and was deleted. */
async function createDeletedAccount(): Promise<string> {
  const { accounts, authentication, collection } = services;
  const { id } = await accounts.createAccountByUsernameAndPassword(ada, anonymous);
  await collection('accounts').updateMany(
    {},
    { $set: { phone_number: { country_code: '+91', phone_number: '9876501234' } } },
  );
  await accounts.updateAccountProfile({ accountId: id, firstName: 'Augusta-Ada K.' }, ownerOf(id));
  await authentication.createAccessToken(
    { accountId: id, userAgent: 'test', ip: '192.0.2.77' },
    ownerOf(id),
  );
  await services.jobs.run('account.password-reset-request', { username: ada.username });
  await services.audit.record(
    [
      {
        resourceType: 'notes',
        resourceId: '64b0000000000000000000bb',
        action: 'create',
        changes: { text: { old: null, new: `by ${ada.lastName}` } },
      },
    ],
    anonymous,
  );
  notes.push('a note');
  await accounts.deleteAccount({ accountId: id }, ownerOf(id));
  return id;
}

async function everything(): Promise<string> {
  const { driver } = services.throwaway.database;
  const collections = await driver.collections();
  const documents = await Promise.all(
    collections.map((collection) => collection.find<Document>({}).toArray()),
  );
  return JSON.stringify(documents);
}

describe('eraseAccount', () => {
  it('leaves no trace of who it was in any collection', async () => {
    const accountId = await createDeletedAccount();
    const before = await everything();
    expect(TRACES.filter((trace) => !before.includes(trace))).toEqual([]);

    await services.accounts.eraseAccount({ accountId }, anonymous);

    const after = await everything();
    expect(TRACES.filter((trace) => after.includes(trace))).toEqual([]);
    expect(await services.collection('accounts').countDocuments()).toBe(0);
    expect(notes).toEqual([]);
  });

  it('puts a pseudonym in the place of the actor', async () => {
    const accountId = await createDeletedAccount();
    const actors = () =>
      services.collection('audit_log').distinct('actor_id', { actor_type: 'account' });
    expect(await actors()).toEqual([accountId]);

    await services.accounts.eraseAccount({ accountId }, anonymous);

    const [pseudonym, ...others] = await actors();
    expect(others).toEqual([]);
    expect(pseudonym).not.toBe(accountId);
  });

  it('keeps what was recorded of accounts at which it tried in vain', async () => {
    const accountId = await createDeletedAccount();
    const grace = await services.accounts.createAccountByUsernameAndPassword(
      { ...ada, firstName: 'Grace', username: 'grace' },
      anonymous,
    );
    const denial = { resourceType: 'accounts', resourceId: grace.id, action: 'authz_fail' };
    await services.audit.record([{ ...denial, outcome: 'denied' }], ownerOf(accountId));

    await services.accounts.eraseAccount({ accountId }, anonymous);

    expect(
      await services.collection('audit_log').findOne({ resource_id: grace.id, action: 'create' }),
    ).toMatchObject({ changes: { first_name: { new: 'Grace' } } });
  });

  it('erases no account that is active, unknown, or was deleted by an earlier backend', async () => {
    const { id } = await services.accounts.createAccountByUsernameAndPassword(ada, anonymous);
    const erase = (accountId: string) => services.accounts.eraseAccount({ accountId }, anonymous);

    await expect(erase(id)).rejects.toThrow(AccountWithIdNotFoundError);
    await expect(erase('64b000000000000000000001')).rejects.toThrow(AccountWithIdNotFoundError);
    await services.collection('accounts').updateMany({}, { $set: { active: false } });
    await expect(erase(id)).rejects.toThrow(AccountWithIdNotFoundError);
    expect(await services.collection('accounts').countDocuments()).toBe(1);
  });

  it('is finished by the next clean-up when it was interrupted', async () => {
    const accountId = await createDeletedAccount();
    vi.spyOn(services.audit, 'pseudonymizeActor').mockRejectedValueOnce(new Error('killed'));
    await expect(services.accounts.eraseAccount({ accountId }, anonymous)).rejects.toThrow(
      'killed',
    );
    await expect(services.accounts.restoreAccount({ accountId }, anonymous)).rejects.toThrow(
      AccountWithIdNotFoundError,
    );

    await services.jobs.run('account.erase-deleted');

    const after = await everything();
    expect(TRACES.filter((trace) => after.includes(trace))).toEqual([]);
    expect(await services.collection('accounts').countDocuments()).toBe(0);
  });
});

describe('account.erase-deleted', () => {
  it('erases an account when it can no longer be restored, not sooner', async () => {
    await createDeletedAccount();
    services.clock.advance(30 * DAY - 1);

    await services.jobs.run('account.erase-deleted');
    expect(await services.collection('accounts').countDocuments()).toBe(1);

    services.clock.advance(1);
    await services.jobs.run('account.erase-deleted');
    expect(await services.collection('accounts').countDocuments()).toBe(0);
  });

  it('erases all of many, and goes past one that cannot be', async () => {
    const time = services.clock.now();
    const deleted = (index: number) => ({
      active: false,
      first_name: index === 3 ? 3 : '',
      last_name: '',
      username: `user${index}`,
      hashed_password: '',
      phone_number: null,
      deleted_at: time,
      created_at: time,
      updated_at: time,
    });
    await services.collection('accounts').insertMany(
      Array.from({ length: 150 }, (_, index) => deleted(index)),
      {
        bypassDocumentValidation: true,
      },
    );
    services.clock.advance(30 * DAY);

    await expect(services.jobs.run('account.erase-deleted')).rejects.toThrow('1 accounts');
    expect(await services.collection('accounts').countDocuments()).toBe(51);
    await expect(services.jobs.run('account.erase-deleted')).rejects.toThrow('1 accounts');
    expect(await services.collection('accounts').countDocuments()).toBe(1);
  });
});

describe('account.remove-unproved', () => {
  const signUp = () =>
    services.accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous);

  it('removes an account whose number was not proved in 7 days, not sooner', async () => {
    await signUp();
    services.clock.advance(7 * DAY - 1);

    await services.jobs.run('account.remove-unproved');
    expect(await services.collection('accounts').countDocuments()).toBe(1);

    services.clock.advance(1);
    await services.jobs.run('account.remove-unproved');
    const after = await everything();
    expect(after).not.toContain(phoneNumber.phoneNumber);
    for (const name of ['accounts', 'account_notification_preferences', 'otps']) {
      expect(await services.collection(name).countDocuments()).toBe(0);
    }
  });

  it('leaves an account whose number was proved', async () => {
    const { id: accountId } = await signUp();
    await services.accounts.proveAccountPhoneNumber({ accountId }, ownerOf(accountId));
    services.clock.advance(8 * DAY);

    await services.jobs.run('account.remove-unproved');

    expect(await services.collection('accounts').countDocuments()).toBe(1);
  });

  it('stops between two accounts when it is told to', async () => {
    await signUp();
    services.clock.advance(8 * DAY);

    const job = services.jobs.registered.get('account.remove-unproved')!;
    const stopping = job.run({} as never, {
      context: anonymous,
      signal: AbortSignal.abort(new Error('stopping')),
      attempt: 1,
    });

    await expect(stopping).rejects.toThrow('stopping');
    expect(await services.collection('accounts').countDocuments()).toBe(1);
  });
});
