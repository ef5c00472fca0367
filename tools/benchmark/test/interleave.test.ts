import { describe, expect, it } from 'vitest';

import { interleave } from '../src/comparison.ts';

const UNLIMITED = { atMost: 3, atLeast: 0, within: Number.POSITIVE_INFINITY };

describe(interleave, () => {
  it('measures side by side and turns the order every other round', async () => {
    const order: string[] = [];
    await interleave(['a', 'b'], UNLIMITED, async (subject, round) => {
      order.push(`${subject}${round}`);
      return Promise.resolve(0);
    });
    expect(order).toEqual(['a0', 'b0', 'b1', 'a1', 'a2', 'b2']);
  });

  it('gives the samples of each subject by round', async () => {
    const samples = await interleave(['a', 'b'], UNLIMITED, (subject, round) =>
      Promise.resolve(`${subject}${round}`),
    );
    expect(samples).toEqual(
      new Map([
        ['a', ['a0', 'a1', 'a2']],
        ['b', ['b0', 'b1', 'b2']],
      ]),
    );
  });

  it('begins no round when the time is over', async () => {
    let now = 0;
    const rounds = { atMost: 10, atLeast: 1, within: 100 };
    const measure = (): Promise<number> => Promise.resolve((now += 40));
    const samples = await interleave(['a'], rounds, measure, () => now);
    expect(samples.get('a')).toEqual([40, 80, 120]);
  });

  it('measures the fewest rounds however long they take', async () => {
    let now = 0;
    const rounds = { atMost: 10, atLeast: 4, within: 100 };
    const measure = (): Promise<number> => Promise.resolve((now += 1_000));
    const samples = await interleave(['a'], rounds, measure, () => now);
    expect(samples.get('a')).toHaveLength(4);
  });

  it('passes on what measuring throws', async () => {
    const failing = interleave(['a'], UNLIMITED, () => Promise.reject(new Error('no answer')));
    await expect(failing).rejects.toThrow('no answer');
  });
});
