import {
  AccountStateError,
  AccountWithIdNotFoundError,
  type PersonalDataProvider,
} from '@org/account';
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
const personalDataProvider: PersonalDataProvider = {
  name: 'notes',
  exportDataByAccountId: async function* () {
    yield notes;
  },
  deleteDataByAccountId: async (_params, { forget }) => {
    if (notes.length > 0) {
      await forget([{ resourceType: 'notes', resourceId: '64b0000000000000000000bb' }]);
      notes.length = 0;
    }
  },
};

let services: TestServices;

beforeEach(async () => {
  services = await createServices({ personalDataProviders: [personalDataProvider] });
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
  await accounts.deletion.deleteAccount({ accountId: id }, ownerOf(id));
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
  it('takes the digests of its names off the records of its time, although it is killed', async () => {
    const { audit, throttle, clock, collection } = services;
    const digest = throttle.digestName({ name: ada.username });
    const number = throttle.digestPhoneNumber({ phoneNumber });
    const fail = async (action: string, subjectDigest: string) => {
      clock.advance(1_000);
      await audit.record(
        [{ resourceType: 'accounts', resourceId: '', action, subjectDigest }],
        anonymous,
      );
    };
    await fail('before', digest);
    clock.advance(1_000);
    const accountId = await createDeletedAccount();
    await collection('accounts').updateOne(
      {},
      { $set: { deleted_at: new Date(clock.now().getTime() + 5_000) } },
    );
    await fail('during', digest);
    await fail('during', number);
    clock.advance(5_000);
    await fail('after', digest);
    vi.spyOn(audit, 'pseudonymizeActor').mockRejectedValueOnce(new Error('killed'));
    await expect(services.accounts.deletion.eraseAccount({ accountId }, anonymous)).rejects.toThrow(
      'killed',
    );

    await services.accounts.deletion.eraseAccount({ accountId }, anonymous);

    const kept = await collection('audit_log')
      .find({ subject_digest: { $exists: true } })
      .toArray();
    expect(kept.map(({ action }) => action as string).sort()).toEqual(['after', 'before']);
  });

  it('forgets where it was logged in from when it is deleted', async () => {
    const { accounts, collection, throttle } = services;
    const { id } = await accounts.createAccountByUsernameAndPassword(ada, anonymous);
    await throttle.initialize();
    await collection('throttle_counters').insertOne({
      key: 'login-name:x',
      account_id: id,
      known: {},
      expires_at: new Date(services.clock.now().getTime() + DAY),
    });

    await accounts.deletion.deleteAccount({ accountId: id }, ownerOf(id));

    expect(await collection('throttle_counters').countDocuments({ account_id: id })).toBe(0);
  });

  it('leaves no trace of who it was in any collection', async () => {
    const accountId = await createDeletedAccount();
    const before = await everything();
    expect(TRACES.filter((trace) => !before.includes(trace))).toEqual([]);

    await services.accounts.deletion.eraseAccount({ accountId }, anonymous);

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

    await services.accounts.deletion.eraseAccount({ accountId }, anonymous);

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

    await services.accounts.deletion.eraseAccount({ accountId }, anonymous);

    expect(
      await services.collection('audit_log').findOne({ resource_id: grace.id, action: 'create' }),
    ).toMatchObject({ changes: { first_name: { new: 'Grace' } } });
  });

  it('erases no account that is active, unknown, or was deleted by an earlier backend', async () => {
    const { id } = await services.accounts.createAccountByUsernameAndPassword(ada, anonymous);
    const erase = (accountId: string) =>
      services.accounts.deletion.eraseAccount({ accountId }, anonymous);

    await expect(erase(id)).rejects.toThrow(AccountWithIdNotFoundError);
    await expect(erase('64b000000000000000000001')).rejects.toThrow(AccountWithIdNotFoundError);
    await services.collection('accounts').updateMany({}, { $set: { active: false } });
    await expect(erase(id)).rejects.toThrow(AccountWithIdNotFoundError);
    expect(await services.collection('accounts').countDocuments()).toBe(1);
  });

  it('is finished by the next clean-up, whichever command to MongoDB was its last', async () => {
    const { database } = services.throwaway;
    const runIn = database.runIn.bind(database);
    for (let last = 1; ; last += 1) {
      const accountId = await createDeletedAccount();
      let commands = 0;
      const spy = vi.spyOn(database, 'runIn').mockImplementation(async (...parameters) => {
        commands += 1;
        if (commands > last) {
          throw new Error('killed');
        }
        return runIn(...parameters);
      });
      const isDone = await services.accounts.deletion.eraseAccount({ accountId }, anonymous).then(
        () => true,
        () => false,
      );
      spy.mockRestore();

      await services.jobs.run('account.erase-deleted');
      services.clock.advance(30 * DAY);
      await services.jobs.run('account.erase-deleted');

      const after = await everything();
      expect([last, ...TRACES.filter((trace) => after.includes(trace))]).toEqual([last]);
      const actor = { actor_type: 'account', actor_id: accountId };
      expect(await services.collection('audit_log').countDocuments(actor)).toBe(0);
      expect(await services.collection('accounts').countDocuments()).toBe(0);
      if (isDone) {
        expect(last).toBeGreaterThan(20);
        return;
      }
    }
  }, 180_000);

  it('cannot be restored once it has begun', async () => {
    const accountId = await createDeletedAccount();
    vi.spyOn(services.audit, 'pseudonymizeActor').mockRejectedValueOnce(new Error('killed'));
    const erasing = services.accounts.deletion.eraseAccount({ accountId }, anonymous);

    await expect(erasing).rejects.toThrow('killed');
    await expect(
      services.accounts.deletion.restoreAccount({ accountId }, anonymous),
    ).rejects.toThrow(AccountWithIdNotFoundError);
  });

  it('keeps the codes that the next owner of its number got', async () => {
    const accountId = await createDeletedAccount();
    services.clock.advance(1_000);
    await services.accounts.getOrCreateAccountByPhoneNumber({ phoneNumber }, anonymous);

    await services.accounts.deletion.eraseAccount({ accountId }, anonymous);

    expect(await services.collection('otps').countDocuments()).toBe(1);
  });

  it('finds what an erasure of an earlier version left behind', async () => {
    const accountId = await createDeletedAccount();
    const job = { type: 'job', id: '64b0000000000000000000dd' } as const;
    // It blanked the account, deleted what was its, put a pseudonym in its place, and was killed.
    const blank = {
      first_name: '',
      last_name: '',
      username: '',
      phone_number: null,
      deleted_at: new Date(0),
    };
    await services.collection('accounts').updateMany({}, { $set: blank });
    const erased = { old: ada.lastName, new: null };
    await services.audit.record(
      [
        { resourceType: 'accounts', resourceId: accountId, action: 'update', changes: { erased } },
        {
          resourceType: 'lists',
          resourceId: '64b0000000000000000000ee',
          action: 'delete',
          changes: { erased },
        },
      ],
      anonymous.withActor(job),
    );
    const list = { resourceType: 'lists', resourceId: '64b0000000000000000000ef' };
    await services.audit.record(
      [{ ...list, action: 'create', changes: { title: { old: null, new: ada.lastName } } }],
      ownerOf(accountId),
    );
    await services
      .collection('audit_log')
      .updateMany({ actor_id: accountId }, { $set: { actor_id: '64b0000000000000000000cc' } });
    notes.length = 0;

    await services.jobs.run('account.erase-deleted');

    const records = await services.collection('audit_log').find().toArray();
    const named = records.filter((record) => JSON.stringify(record['changes']).includes('Love'));
    expect(named.map(({ resource_type }) => resource_type as string)).toEqual(['notes']);
    expect(await services.collection('accounts').countDocuments()).toBe(0);
  });
});

describe('account.erase', () => {
  it('erases the deletion that is meant, also when it is killed once', async () => {
    const { accounts, audit, jobs } = services;
    const accountId = await createDeletedAccount();
    const { deletedAt } = await accounts.deletion.getDeletedAccount({ accountId }, anonymous);
    const deletion = { accountId, deletedAt: deletedAt.toISOString() };
    vi.spyOn(audit, 'pseudonymizeActor').mockRejectedValueOnce(new Error('killed'));
    await expect(jobs.run('account.erase', deletion)).rejects.toThrow('killed');

    await jobs.run('account.erase', deletion);
    await jobs.run('account.erase', deletion);

    expect(await services.collection('accounts').countDocuments()).toBe(0);
  });

  it('leaves an account that was restored, and deleted again, to be restored', async () => {
    const { accounts, clock, jobs } = services;
    const accountId = await createDeletedAccount();
    const { deletedAt } = await accounts.deletion.getDeletedAccount({ accountId }, anonymous);
    const deletion = { accountId, deletedAt: deletedAt.toISOString() };
    await accounts.deletion.restoreAccount({ accountId }, anonymous);
    await jobs.run('account.erase', deletion);
    clock.advance(1_000);
    await accounts.deletion.deleteAccount({ accountId }, ownerOf(accountId));

    await jobs.run('account.erase', deletion);

    expect(await accounts.deletion.restoreAccount({ accountId }, anonymous)).toMatchObject({
      id: accountId,
    });
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

  it('ends the session that a login beside the deletion started, and no other', async () => {
    const { accounts, authentication, clock, collection, jobs } = services;
    const accountId = await createDeletedAccount();
    const origin = { userAgent: 'test', ip: '192.0.2.1' };
    await authentication.createAccessToken({ accountId, ...origin }, ownerOf(accountId));
    const other = await accounts.createAccountByUsernameAndPassword(
      { ...ada, username: 'grace' },
      anonymous,
    );
    await authentication.createAccessToken({ accountId: other.id, ...origin }, ownerOf(other.id));
    clock.advance(DAY);

    await jobs.run('account.erase-deleted');

    const open = await collection('sessions').find({ revoked_at: null }).toArray();
    expect(open.map((session) => session['account_id'] as string)).toEqual([other.id]);
  });

  it('erases all of many, and goes past those that cannot be', async () => {
    const time = services.clock.now();
    const deleted = (index: number) => ({
      active: false,
      first_name: '',
      last_name: '',
      username: `user${index}`,
      hashed_password: '',
      phone_number: null,
      deleted_at: time,
      created_at: time,
      updated_at: time,
    });
    await services
      .collection('accounts')
      .insertMany(Array.from({ length: 150 }, (_, index) => deleted(index)));
    services.clock.advance(30 * DAY);
    const { notification } = services;
    const erase = notification.deleteNotificationDataByAccountId.bind(notification);
    const refused = (await services.collection('accounts').find().toArray())
      .slice(2, 5)
      .map(({ _id }) => _id.toHexString());
    vi.spyOn(notification, 'deleteNotificationDataByAccountId').mockImplementation(
      async ({ accountId }, ...others) => {
        if (refused.includes(accountId)) {
          throw new Error('not this one');
        }
        await erase({ accountId }, ...others);
      },
    );

    await expect(services.jobs.run('account.erase-deleted')).rejects.toThrow('3 accounts');
    const left = await services.collection('accounts').find().toArray();
    expect(left.map(({ _id }) => _id.toHexString())).toEqual(refused);
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

describe('an account that is to be erased', () => {
  it('tells until when it can be restored', async () => {
    const accountId = await createDeletedAccount();

    const { id, deletedAt, restorableUntil } = await services.accounts.deletion.getDeletedAccount(
      { accountId },
      anonymous,
    );

    expect(id).toBe(accountId);
    expect(restorableUntil.getTime() - deletedAt.getTime()).toBe(30 * DAY);
  });

  it('tells by the clock that wrote when it was deleted whether it still can', async () => {
    const accountId = await createDeletedAccount();
    const isRestorable = async () =>
      (await services.accounts.deletion.getDeletedAccount({ accountId }, anonymous)).isRestorable;

    services.clock.advance(30 * DAY - 1);
    expect(await isRestorable()).toBe(true);
    services.clock.advance(1);
    expect(await isRestorable()).toBe(false);
  });

  it('is no active one, none of an earlier backend, none that is missing', async () => {
    const { accounts, collection } = services;
    const { id } = await accounts.createAccountByUsernameAndPassword(ada, anonymous);
    const get = (accountId: string) =>
      accounts.deletion.getDeletedAccount({ accountId }, anonymous);

    await expect(get(id)).rejects.toThrow(`Account ${id} is active`);
    await collection('accounts').updateMany({}, { $set: { active: false } });
    await expect(get(id)).rejects.toThrow(AccountStateError);
    for (const missing of ['64b0000000000000000000cc', 'nonsense', '']) {
      await expect(get(missing)).rejects.toThrow(AccountWithIdNotFoundError);
    }
  });
});
