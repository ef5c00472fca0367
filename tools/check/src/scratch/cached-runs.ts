import { deepStrictEqual } from 'node:assert/strict';

import { runCase } from '../workspace.ts';
import { ScratchWorkspace } from './scratch-workspace.ts';

const PROJECT = '@org/task';
const TARGETS = ['lint', 'typecheck', 'test'];

/** What a change of a configuration makes run again. Everything else comes from the cache. */
const CASES: readonly (readonly [path: string, text: string, again: readonly string[]])[] = [
  ['README.md', '\nA change.\n', []],
  ['eslint.config.mjs', '\n// A change.\n', ['lint']],
  ['vitest.workspace.ts', '\n// A change.\n', ['test']],
  ['tsconfig.base.json', '\n', ['lint', 'typecheck', 'test']],
];

/** Runs the targets and tells which of them were run, and not answered from the cache. */
async function runTargets(scratch: ScratchWorkspace): Promise<readonly string[]> {
  const output = await scratch.runTargets(TARGETS.join(','), PROJECT);
  return TARGETS.filter(
    (target) => !new RegExp(`nx run ${PROJECT}:${target} .*\\[.*cache.*\\]`).test(output),
  );
}

await ScratchWorkspace.use('cached-runs', async (scratch) => {
  deepStrictEqual(await runTargets(scratch), TARGETS);
  for (const [path, text, again] of CASES) {
    await runCase(path, async () => {
      scratch.append(path, text);
      deepStrictEqual(await runTargets(scratch), again);
      return `${again.join(', ') || 'nothing'} again`;
    });
  }
});
