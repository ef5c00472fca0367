import { strictEqual } from 'node:assert/strict';

import { fetchJson } from '@org/harness';

import { runCase } from '../workspace.ts';
import { callProgram, type SignedIn } from './call-program.ts';
import { countFiles, filesOf, recipes, wordsToApply, type Recipe } from './recipes.ts';
import { ScratchWorkspace } from './scratch-workspace.ts';

/**
 * The gate of what a change touches: makes the changes that products make, counts the files that are
 * typed into, tests aside, and sees that what is made of them and the program follow.
 */
async function make(scratch: ScratchWorkspace, recipe: Recipe): Promise<string> {
  await scratch.run('git', wordsToApply(recipe));
  const files = countFiles(recipe);
  return `${files} ${files === 1 ? 'file' : 'files'}`;
}

/** Writes what is made of the sources, then checks types, walls and documents. */
async function follow(scratch: ScratchWorkspace): Promise<void> {
  await scratch.run('npm', ['run', '--silent', 'openapi']);
  await scratch.run('npm', ['run', '--silent', 'settings']);
  await scratch.run('npm', ['run', '--silent', 'boundaries', '--', '--write']);
  const touched = [...new Set(recipes.flatMap(filesOf))];
  await scratch.run('prettier', ['--write', '--log-level=warn', ...touched]);
  await scratch.run('tsc', ['--build']);
  const sources = touched.filter((path) => path.endsWith('.ts'));
  await scratch.run('node', ['tools/boundaries/lint.js', ...sources]);
  const tests = [
    'module-readmes',
    'documented-settings',
    'libs/notification/test/template',
    'nickname',
  ];
  await scratch.run('npm', ['test', '--', ...tests]);
}

async function call({ api, account, token }: SignedIn): Promise<void> {
  const body = { nickname: 'Countess' };
  const changed = await fetchJson('PATCH', account, { body, token });
  strictEqual(changed.body['nickname'], 'Countess');
  strictEqual((await fetchJson('GET', account, { token })).body['nickname'], 'Countess');
  strictEqual((await fetchJson('GET', `${account}/task-count`, { token })).body['count'], 0);
  strictEqual(await (await fetch(`${api}/`)).text(), 'Hello.');
}

await ScratchWorkspace.use('changes', async (scratch) => {
  for (const recipe of recipes) {
    await runCase(recipe.name, () => make(scratch, recipe));
  }
  await runCase('types, walls, tests and documents follow', () => follow(scratch));
  await runCase('the program does it', () => callProgram(scratch, call, { GREETING: 'Hello.' }));
});
