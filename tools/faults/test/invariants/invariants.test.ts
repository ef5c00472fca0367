import type { Db } from 'mongodb';
import { describe, expect, it } from 'vitest';

import { checkInvariants, INVARIANTS } from '../../src/invariants/invariants.ts';
import { TAMPERINGS, tryTamperings } from '../../src/invariants/tamperings.ts';
import { example, openDatabase, storeExample } from './stored-example.ts';

async function findViolations(database: Db) {
  const { violations } = await checkInvariants(database);
  return violations.map(({ subject, problem }) => `${subject} ${problem}`);
}

describe(checkInvariants, () => {
  it('finds nothing in what a program that keeps every promise leaves behind', async () => {
    const database = await openDatabase();
    await storeExample(database);

    const { checked, violations } = await checkInvariants(database);

    expect(violations).toEqual([]);
    expect(checked).toBeGreaterThan(Object.keys(INVARIANTS).length);
  });

  it('looks at nothing in an empty database, which is no proof of anything', async () => {
    await expect(checkInvariants(await openDatabase())).resolves.toMatchObject({ checked: 0 });
  });

  it.each([
    {
      name: 'two active accounts of one username, in another case',
      tamper: async (database: Db) => {
        await database
          .collection('accounts')
          .updateOne({ _id: example.phoneOwner }, { $set: { username: 'ADA@example.com' } });
      },
      problem: 'ada@example.com is the name of 2 accounts',
    },
    {
      name: 'two documents of preferences for one account',
      tamper: async (database: Db) => {
        await database
          .collection('account_notification_preferences')
          .insertOne({ account_id: example.owner.toHexString(), active: true });
      },
      problem: `accounts ${example.owner.toHexString()} has 2 documents of preferences, not 1`,
    },
    {
      name: 'one record missing in the middle of several',
      tamper: async (database: Db) => {
        await database
          .collection('audit_log')
          .deleteOne({ 'changes.first_name.new': 'Joan', action: 'update' });
      },
      problem: `accounts ${example.owner.toHexString()} has a value of first_name that its records do not add up to`,
    },
    {
      name: 'a session that has ended without a record',
      tamper: async (database: Db) => {
        await database
          .collection('sessions')
          .updateOne({ _id: example.session }, { $set: { revoked_at: new Date() } });
      },
      problem: `sessions ${example.session.toHexString()} has ended, and no record tells of it`,
    },
    {
      name: 'a session of nobody',
      tamper: async (database: Db) => {
        await database
          .collection('sessions')
          .updateOne({ _id: example.session }, { $set: { account_id: '0'.repeat(24) } });
      },
      problem: `sessions ${example.session.toHexString()} belongs to no account`,
    },
    {
      name: 'a reset token without its message',
      tamper: async (database: Db) => {
        await database.collection('notification_deliveries').deleteOne({ topic: 'password-reset' });
      },
      problem: `accounts ${example.owner.toHexString()} has 1 reset tokens and 0 messages`,
    },
  ])('finds $name', async ({ tamper, problem }) => {
    const database = await openDatabase();
    await storeExample(database);

    await tamper(database);

    expect(await findViolations(database)).toContain(problem);
  });

  it.each([
    {
      fields: { status: 'queued', payload: undefined },
      problem: 'is queued, and has nothing to send',
    },
    { fields: { leased_until: new Date() }, problem: 'is sent, and leased' },
    { fields: { payload: 'kept' }, problem: 'is sent, and kept' },
    { fields: { account_id: '0'.repeat(24) }, problem: 'is for an account that is not there' },
  ])('finds a message that $problem', async ({ fields, problem }) => {
    const database = await openDatabase();
    await storeExample(database);

    await database
      .collection('notification_deliveries')
      .updateOne({ status: 'sent' }, { $set: fields }, { ignoreUndefined: true });

    expect((await findViolations(database)).join()).toContain(problem);
  });

  it('finds a finished run of a job without an end', async () => {
    const database = await openDatabase();
    await storeExample(database);

    await database
      .collection('job_run')
      .updateOne({ status: 'running' }, { $set: { status: 'failed' } });

    expect((await findViolations(database)).join()).toContain('is failed without an end');
  });
});

describe(tryTamperings, () => {
  it('has every tampering noticed, and leaves the database as it was', async () => {
    const database = await openDatabase();
    await storeExample(database);

    const results = await tryTamperings(database);

    const names = Object.values(TAMPERINGS).flatMap((tamperings) => Object.keys(tamperings));
    expect(results).toEqual(names.map((name) => ({ name, noticed: true })));
    expect(await findViolations(database)).toEqual([]);
  });

  it('tells when there is nothing to tamper with', async () => {
    const results = await tryTamperings(await openDatabase());
    expect(results.every(({ noticed }) => noticed === undefined)).toBe(true);
  });
});
