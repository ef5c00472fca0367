import { createThrowawayDatabase, FakeClock, type ThrowawayDatabase } from '@org/core/testing';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

import { ForeignValidators } from '../src/foreign-validators.ts';
import { silentLogger } from '../src/logger.ts';

const clock = new FakeClock();
let throwaway: ThrowawayDatabase;
let validators: ForeignValidators;

beforeEach(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
  const { database } = throwaway;
  validators = new ForeignValidators({ database, clock, logger: silentLogger });
  validators.watch(['otps', 'sessions', 'tasks']);
  for (const name of ['otps', 'sessions', 'theirs']) {
    const validator = { $jsonSchema: { title: `@org ${name}`, bsonType: 'object' } };
    await database.driver.createCollection(name, { validator });
  }
  await database.driver.createCollection('tasks');
});
afterEach(async () => {
  await throwaway.remove();
});

async function putBack(name: string): Promise<void> {
  await throwaway.database.driver.command({
    collMod: name,
    validator: { $jsonSchema: { required: ['hashed_otp'] } },
  });
}

describe(ForeignValidators, () => {
  it('finds those that another program put on our collections, and looks again in half a minute', async () => {
    expect(await validators.find()).toEqual([]);
    await putBack('sessions');
    await putBack('otps');
    await putBack('theirs');

    expect(await validators.find()).toEqual([]);
    clock.advance(30_000);
    expect(await validators.find()).toEqual(['otps', 'sessions']);
  });

  it('takes any validator without our title for a foreign one', async () => {
    await throwaway.database.driver.command({ collMod: 'tasks', validator: { title: 'x' } });

    clock.advance(30_000);
    expect(await validators.find()).toEqual(['tasks']);
  });
});
