import { randomBytes } from 'node:crypto';

import { SecretKey } from '@org/core';
import { StoredSecrets } from '@org/core/store';
import { createThrowawayDatabase, type ThrowawayDatabase } from '@org/core/testing';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';

const [former, current, foreign] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const purpose = 'note';

let throwaway: ThrowawayDatabase;

beforeEach(async () => {
  throwaway = await createThrowawayDatabase({ uri: inject('mongodbUri') });
});
afterEach(async () => {
  await throwaway.remove();
});

function notes() {
  return throwaway.database.collection('notes');
}

function storedSecrets(secretKey: SecretKey): StoredSecrets {
  const { database } = throwaway;
  return new StoredSecrets({
    database,
    secretKey,
    collectionName: 'notes',
    field: 'note',
    purpose,
  });
}

async function store(root: Uint8Array, count: number): Promise<void> {
  const secretKey = SecretKey.create({ current: root });
  await notes().insertMany(
    Array.from({ length: count }, (_, number) => ({
      note: secretKey.encrypt(purpose, Buffer.from(String(number))),
    })),
  );
}

describe(StoredSecrets, () => {
  it('moves what lies under the previous key to the current one, over several pages', async () => {
    await store(former, 450);
    await store(current, 3);
    await notes().insertOne({ other: true });
    const secrets = storedSecrets(SecretKey.create({ current, previous: former }));

    const found = { collectionName: 'notes', checked: 453, outdated: 450, unreadable: 0 };
    expect(await secrets.examine()).toEqual(found);
    expect(await secrets.carryOver()).toEqual(found);

    const alone = storedSecrets(SecretKey.create({ current }));
    expect(await alone.examine()).toMatchObject({ checked: 453, outdated: 0, unreadable: 0 });
  });

  it('leaves what lies under the next key, which is ahead', async () => {
    await store(current, 1);
    const before = await notes().findOne();

    await storedSecrets(SecretKey.create({ current: former, next: current })).carryOver();

    expect(await notes().findOne()).toEqual(before);
  });

  it.each([null, 'text', 5])('leaves %j, which is nothing encrypted, and goes on', async (note) => {
    await notes().insertOne({ note });
    await store(former, 1);

    const secrets = storedSecrets(SecretKey.create({ current, previous: former }));

    expect(await secrets.carryOver()).toMatchObject({ outdated: 1, unreadable: 1 });
  });

  it('leaves what no key opens, and goes on', async () => {
    await store(foreign, 1);
    await store(former, 1);

    const secrets = storedSecrets(SecretKey.create({ current, previous: former }));

    expect(await secrets.carryOver()).toMatchObject({ outdated: 1, unreadable: 1 });
    expect(await secrets.carryOver()).toMatchObject({ outdated: 0, unreadable: 1 });
  });

  it('can be broken off, and goes on where it was', async () => {
    await store(former, 450);
    const secrets = storedSecrets(SecretKey.create({ current, previous: former }));
    const signal = {
      pages: 0,
      throwIfAborted() {
        this.pages += 1;
        if (this.pages > 1) {
          throw new Error('stopped');
        }
      },
    };

    await expect(secrets.carryOver(signal as unknown as AbortSignal)).rejects.toThrow('stopped');

    expect(await secrets.carryOver()).toMatchObject({ checked: 450, outdated: 250 });
  });
});
