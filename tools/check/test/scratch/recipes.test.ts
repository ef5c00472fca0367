import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { workspaceRoot } from '@org/harness';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { countFiles, recipes, wordsToApply, type Recipe } from '../../src/scratch/recipes.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recipes-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function makeRecipe(maximumFiles: number, ...lines: readonly string[]): Recipe {
  const patch = join(folder, 'a-change.patch');
  writeFileSync(patch, `${lines.join('\n')}\n`);
  return { name: 'a change', patch, maximumFiles };
}

function checkIn(directory: string, recipe: Recipe): void {
  const words = [...wordsToApply(recipe), '--check'];
  execFileSync('git', words, { cwd: directory, stdio: 'pipe', encoding: 'utf8' });
}

describe('a recipe', () => {
  it.each(recipes)('finds its places in the workspace: $name', (recipe) => {
    checkIn(workspaceRoot, recipe);
  });

  it('is refused by a file that has lost its place', () => {
    const lines = ['--- a/a.ts', '+++ b/a.ts', '@@ -1 +1 @@', '-two', '+three'];
    writeFileSync(join(folder, 'a.ts'), 'two\n');
    checkIn(folder, makeRecipe(1, ...lines));

    writeFileSync(join(folder, 'a.ts'), '');

    expect(() => checkIn(folder, makeRecipe(1, ...lines))).toThrow('a.ts');
  });
});

describe(countFiles, () => {
  const headers = ['libs/a/src/a.ts', 'libs/a/src/b.ts', 'libs/a/test/a.test.ts'].map(
    (path) => `+++ b/${path}`,
  );

  it('counts each file once, tests aside', () => {
    expect(countFiles(makeRecipe(2, ...headers))).toBe(2);
  });

  it('refuses more than the change may touch', () => {
    expect(() => countFiles(makeRecipe(1, ...headers))).toThrow('2 files');
  });
});
