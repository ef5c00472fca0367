import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { inParallel } from '../src/in-parallel.ts';

const items = Array.from({ length: 100 }, (_, index) => index);

describe(inParallel, () => {
  it('does everything once, a few at a time, and keeps the order', async () => {
    let current = 0;
    let most = 0;

    const results = await inParallel(items, async (item) => {
      current += 1;
      most = Math.max(most, current);
      await nextTurn();
      current -= 1;
      return item * 2;
    });

    expect(results).toEqual(items.map((item) => item * 2));
    expect(most).toBe(16);
  });

  it('fails with the first that fails', async () => {
    const failing = inParallel(items, async (item) => {
      if (item === 50) {
        throw new Error('No.');
      }
    });

    await expect(failing).rejects.toThrow('No.');
  });
});
