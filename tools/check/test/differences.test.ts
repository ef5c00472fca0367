import { describe, expect, it } from 'vitest';

import { addCase, findUndocumented } from '../src/judges/differences.ts';

const documented = { known: { count: 2, reason: 'it is on purpose' } };

function found(...cases: readonly (readonly [kind: string, example: string])[]) {
  const differences = new Map<string, string[]>();
  cases.forEach(([kind, example]) => addCase(differences, kind, example));
  return differences;
}

describe(findUndocumented, () => {
  it('finds nothing where the differences are those that are documented', () => {
    expect(findUndocumented(found(['known', 'a'], ['known', 'b']), documented)).toEqual([]);
  });

  it.each([
    ['one more', ['known', 'c'], 'known: 3 instead of 2, such as "a", "b", "c"'],
    ['another kind', ['new', 'c'], 'new: 1 instead of 0, such as "c"'],
  ] as const)('finds %s', (_what, more, finding) => {
    const differences = found(['known', 'a'], ['known', 'b'], more);

    expect(findUndocumented(differences, documented)).toEqual([finding]);
  });

  it('finds what is documented but gone', () => {
    expect(findUndocumented(found(['known', 'a']), documented)).toEqual([
      'known: 1 instead of 2, such as "a"',
    ]);
    expect(findUndocumented(found(), documented)).toEqual(['known: 0 instead of 2']);
  });
});
