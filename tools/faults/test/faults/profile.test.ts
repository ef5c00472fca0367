import { MongoClient } from 'mongodb';
import { describe, expect, inject, it, onTestFinished } from 'vitest';

import { isIndexed, startProfiling, stopProfiling } from '../../src/faults/profile.ts';

const plan = { query: 'accounts find', plan: 'IXSCAN { username: 1 }', count: 1, excess: 0 };

describe(isIndexed, () => {
  it.each([
    { change: {}, indexed: true },
    { change: { excess: 1 }, indexed: true },
    { change: { excess: 2 }, indexed: false },
    { change: { plan: 'IDHACK' }, indexed: true },
    { change: { plan: 'COLLSCAN' }, indexed: false },
    { change: { plan: 'IXSCAN { a: 1 }, COLLSCAN' }, indexed: false },
    { change: { plan: 'none' }, indexed: false },
  ])('judges $change: $indexed', ({ change, indexed }) => {
    expect(isIndexed({ ...plan, ...change })).toBe(indexed);
  });
});

describe(stopProfiling, () => {
  it('tells a scan from a lookup by what the server itself wrote down', async () => {
    const client = new MongoClient(inject('mongodbUri'), { appName: 'a program' });
    const database = client.db(`faults-profile-${process.pid}`);
    onTestFinished(async () => {
      await database.dropDatabase();
      await client.close();
    });
    const accounts = database.collection('accounts');
    await accounts.createIndex({ username: 1 });
    await accounts.insertMany(
      Array.from({ length: 10 }, (_, index) => ({ username: `user-${index}`, first_name: 'Ada' })),
    );

    await startProfiling(database);
    await accounts.findOne({ username: 'user-3' });
    await accounts.updateOne({ username: 'user-4' }, { $set: { first_name: 'Grace' } });
    await accounts.find({ first_name: 'Grace' }).toArray();
    await database.collection('others').findOne({ a: 1 });
    const plans = await stopProfiling(database);

    expect(plans).toEqual([
      { query: 'accounts find {username}', plan: 'IXSCAN { username: 1 }', count: 1, excess: 0 },
      { query: 'accounts update {username}', plan: 'IXSCAN { username: 1 }', count: 1, excess: 0 },
      { query: 'accounts find {first_name}', plan: 'COLLSCAN', count: 1, excess: 9 },
    ]);
    expect(plans.map(isIndexed)).toEqual([true, true, false]);
  });
});
