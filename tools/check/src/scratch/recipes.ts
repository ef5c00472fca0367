import { readFileSync } from 'node:fs';

import { inWorkspace } from '@org/harness';

/** A change that products make, with all that is typed by hand: a patch in `tools/check/recipes`. */
export interface Recipe {
  readonly name: string;
  /** Absolute path. */
  readonly patch: string;
  /** How many files it may touch beside tests; docs/architecture.md names them. */
  readonly maximumFiles: number;
}

export const recipes: readonly Recipe[] = [
  { name: 'a field of an account', patch: pathOf('account-field'), maximumFiles: 1 },
  { name: 'a topic', patch: pathOf('topic'), maximumFiles: 2 },
  { name: 'a route', patch: pathOf('route'), maximumFiles: 4 },
  { name: 'a setting', patch: pathOf('setting'), maximumFiles: 3 },
  { name: 'a code of an error', patch: pathOf('error-code'), maximumFiles: 3 },
  { name: 'a file inside a module', patch: pathOf('module-file'), maximumFiles: 1 },
];

/** The words behind `git` that apply a recipe wherever its lines stand, if they are still there. */
export function wordsToApply({ patch }: Recipe): readonly string[] {
  return ['apply', '-C1', patch];
}

/** Paths of the files that a recipe touches. */
export function filesOf({ patch }: Recipe): readonly string[] {
  const headers = readFileSync(patch, 'utf8').matchAll(/^\+\+\+ b\/(.*)$/gm);
  return [...headers].map(([, path = '']) => path);
}

/**
 * How many files a recipe touches beside tests.
 *
 * @throws Error if that is more than it may
 */
export function countFiles(recipe: Recipe): number {
  const { length } = filesOf(recipe).filter((path) => !path.includes('/test/'));
  if (length > recipe.maximumFiles) {
    throw new Error(`${length} files, but it may touch ${recipe.maximumFiles}`);
  }
  return length;
}

function pathOf(name: string): string {
  return inWorkspace(`tools/check/recipes/${name}.patch`);
}
