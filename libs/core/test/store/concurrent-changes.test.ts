import { MongoServerError } from 'mongodb';
import { describe, expect, it } from 'vitest';

import { changeWhenFree } from '../../src/store/concurrent-changes.ts';

/** @returns how often the change was tried, which fails the first time */
async function countTries(error: Error): Promise<number> {
  let tries = 0;
  await changeWhenFree(async () => {
    tries += 1;
    if (tries === 1) {
      throw error;
    }
  });
  return tries;
}

describe('a change of a collection', () => {
  it.each([
    ['a transaction', 50],
    ['an index that another process builds', 12_587],
  ])('waits for %s', async (_other, code) => {
    expect(await countTries(new MongoServerError({ message: 'busy', code }))).toBe(2);
  });

  it('fails by whatever else is wrong', async () => {
    const error = new MongoServerError({ message: 'not authorized', code: 13 });

    await expect(countTries(error)).rejects.toBe(error);
  });
});
