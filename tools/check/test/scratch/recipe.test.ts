import { describe, expect, it } from 'vitest';

import { applyEdit, countFiles } from '../../src/scratch/recipe.ts';

describe(applyEdit, () => {
  it('replaces a text that is there once', () => {
    expect(applyEdit('one two', ['a.ts', 'two', 'three'])).toBe('one three');
  });

  it.each(['', 'two two'])('refuses a file in which it is not there once: %j', (before) => {
    expect(() => applyEdit(before, ['a.ts', 'two', 'three'])).toThrow('a.ts has');
  });
});

describe(countFiles, () => {
  const edits = [
    ['libs/a/src/a.ts', '', ''],
    ['libs/a/src/a.ts', 'x', 'y'],
    ['libs/a/src/b.ts', '', ''],
    ['libs/a/test/a.test.ts', '', ''],
  ] as const;

  it('counts each file once, tests aside', () => {
    expect(countFiles({ name: 'a change', maximumFiles: 2, edits })).toBe(2);
  });

  it('refuses more than the change may touch', () => {
    expect(() => countFiles({ name: 'a change', maximumFiles: 1, edits })).toThrow('2 files');
  });
});
