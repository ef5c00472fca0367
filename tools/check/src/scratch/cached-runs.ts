import { deepStrictEqual } from 'node:assert/strict';

import { ScratchWorkspace } from './scratch-workspace.ts';

const PROJECT = '@org/task';
const TARGETS = ['lint', 'typecheck', 'test'];

/** What a change of a configuration makes run again. Everything else comes from the cache. */
const cases: readonly (readonly [path: string, text: string, again: readonly string[]])[] = [
  ['README.md', '\nA change.\n', []],
  ['eslint.config.mjs', '\n// A change.\n', ['lint']],
  ['vitest.workspace.ts', '\n// A change.\n', ['test']],
  ['tsconfig.base.json', '\n', ['lint', 'typecheck', 'test']],
];

/** Runs the targets and tells which of them were run, and not answered from the cache. */
function runTargets(scratch: ScratchWorkspace): readonly string[] {
  const words = ['run-many', `--targets=${TARGETS.join(',')}`, `--projects=${PROJECT}`];
  const output = scratch.run('nx', [...words, '--outputStyle=static']);
  return TARGETS.filter((target) => !wasCached(output, target));
}

function wasCached(output: string, target: string): boolean {
  return new RegExp(`nx run ${PROJECT}:${target} .*\\[.*cache.*\\]`).test(output);
}

function check(scratch: ScratchWorkspace, [path, text, again]: (typeof cases)[number]): boolean {
  scratch.append(path, text);
  try {
    deepStrictEqual(
      runTargets(scratch),
      TARGETS.filter((target) => again.includes(target)),
    );
    process.stdout.write(`passed  ${path}: ${again.join(', ') || 'nothing'} again\n`);
    return true;
  } catch (error) {
    process.stdout.write(`${(error as Error).message}\nFAILED  ${path}\n`);
    return false;
  }
}

const scratch = ScratchWorkspace.make('cached-runs');
deepStrictEqual(runTargets(scratch), TARGETS);
const outcomes = cases.map((each) => check(scratch, each));
scratch.remove();
process.exitCode = outcomes.every(Boolean) ? 0 : 1;
