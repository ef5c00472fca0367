import type { Db } from 'mongodb';
import { describe, expect, it } from 'vitest';

import { checkLedger } from '../../src/invariants/check-ledger.ts';
import { Ledger, WrittenValue } from '../../src/load/ledger.ts';
import { example, openDatabase, storeExample } from './stored-example.ts';

/** What clients were told in the example. */
function makeLedger() {
  const ledger = new Ledger();
  const owner = ledger.addAccount({
    id: example.owner.toHexString(),
    firstName: new WrittenValue('Grace'),
    smsEnabled: new WrittenValue(true),
  });
  const phoneOwner = ledger.addAccount({ id: example.phoneOwner.toHexString() });
  const leaver = ledger.addAccount({ id: example.leaver.toHexString() });
  leaver.active.acknowledge(false);
  const session = ledger.addSession({ id: example.session.toHexString(), generation: 0 });
  return { ledger, owner, phoneOwner, leaver, session };
}

async function findProblems(database: Db, ledger: Ledger, drained = true) {
  const { violations } = await checkLedger(database, ledger, { drained });
  return violations.map(({ problem }) => problem);
}

async function openExample(): Promise<Db> {
  const database = await openDatabase();
  await storeExample(database);
  return database;
}

describe(checkLedger, () => {
  it('finds every acknowledged write', async () => {
    const { ledger, owner, phoneOwner } = makeLedger();
    phoneOwner.oneTimePasswords = 2;
    owner.passwordResets = 1;

    expect(await findProblems(await openExample(), ledger)).toEqual([]);
  });

  it('misses an account and a session', async () => {
    const { ledger } = makeLedger();
    ledger.addAccount({ id: '0'.repeat(24) });
    ledger.addSession({ id: '1'.repeat(24), generation: 0 });

    const missing = 'was acknowledged, and is not there';
    expect(await findProblems(await openExample(), ledger)).toEqual([missing, missing]);
  });

  it('misses an acknowledged change', async () => {
    const { ledger, owner } = makeLedger();
    owner.firstName?.acknowledge('Joan');

    expect(await findProblems(await openExample(), ledger)).toEqual([
      'has first_name "Grace", and ["Joan"] was written',
    ]);
  });

  it('takes a change in doubt either way, and nothing else', async () => {
    const { ledger, owner } = makeLedger();
    owner.firstName?.acknowledge('Joan');
    owner.firstName?.doubt('Grace');
    const database = await openExample();

    expect(await findProblems(database, ledger)).toEqual([]);

    await database
      .collection('accounts')
      .updateOne({ _id: example.owner }, { $set: { first_name: 'X' } });
    expect(await findProblems(database, ledger)).toHaveLength(1);
  });

  it('misses a deletion', async () => {
    const { ledger, owner } = makeLedger();
    owner.active.acknowledge(false);

    expect(await findProblems(await openExample(), ledger)).toEqual([
      'has active true, and [false] was written',
    ]);
  });

  it('misses a refresh', async () => {
    const { ledger, session } = makeLedger();
    session.generation = 1;

    expect(await findProblems(await openExample(), ledger)).toEqual([
      'is at generation 0, and 1 was handed out',
    ]);
  });

  it('misses an accepted message', async () => {
    const { ledger, phoneOwner } = makeLedger();
    phoneOwner.oneTimePasswords = 3;

    expect(await findProblems(await openExample(), ledger)).toEqual([
      'has 2 messages of one-time-password, and 3 were accepted',
    ]);
  });

  it('expects the message of a reset once workers had their time', async () => {
    const { ledger, owner } = makeLedger();
    owner.passwordResets = 2;
    const database = await openExample();

    expect(await findProblems(database, ledger, false)).toEqual([]);
    expect(await findProblems(database, ledger, true)).toHaveLength(1);
  });
});
