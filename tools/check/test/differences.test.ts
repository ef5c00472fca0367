import { describe, expect, it } from 'vitest';

import { findUndocumented, type Case } from '../src/judges/differences.ts';

const documented = { known: { count: 2, reason: 'it is on purpose' } };

describe(findUndocumented, () => {
  it('finds nothing where the differences are those that are documented', () => {
    expect(
      findUndocumented(
        [
          ['known', 'a'],
          ['known', 'b'],
        ],
        documented,
      ),
    ).toEqual([]);
  });

  it.each([
    ['one more', ['known', 'c'], 'known: 3 instead of 2, such as "a", "b", "c"'],
    ['another kind', ['new', 'c'], 'new: 1 instead of 0, such as "c"'],
  ] as const)('finds %s', (_what, more, finding) => {
    const differences: Case[] = [['known', 'a'], ['known', 'b'], more];

    expect(findUndocumented(differences, documented)).toEqual([finding]);
  });

  it('finds what is documented but gone', () => {
    expect(findUndocumented([['known', 'a']], documented)).toEqual([
      'known: 1 instead of 2, such as "a"',
    ]);
    expect(findUndocumented([], documented)).toEqual(['known: 0 instead of 2']);
  });
});
