import { strictEqual } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ChildProgram, fetchJson, READY, sourceProgram } from '@org/harness';

import { runCase } from '../workspace.ts';
import { applyEdit, countFiles, type Recipe } from './recipe.ts';
import { recipes } from './recipes.ts';
import { ScratchWorkspace } from './scratch-workspace.ts';

/**
 * The gate of what a change touches: makes the changes that products make, counts the files that are
 * typed into, tests aside, and sees that what is made of them and the program follow.
 */
async function make(scratch: ScratchWorkspace, recipe: Recipe): Promise<string> {
  for (const edit of recipe.edits) {
    const [path, text] = edit;
    const before = text === '' ? '' : scratch.read(path);
    writeFileSync(join(scratch.root, path), applyEdit(before, edit));
  }
  const files = countFiles(recipe);
  return `: ${files} ${files === 1 ? 'file' : 'files'}`;
}

/** Writes what is made of the sources, then checks types, walls and documents. */
async function follow(scratch: ScratchWorkspace): Promise<string> {
  await scratch.run('npm', ['run', '--silent', 'openapi']);
  await scratch.run('npm', ['run', '--silent', 'settings']);
  const touched = [...new Set(recipes.flatMap(({ edits }) => edits.map(([path]) => path)))];
  await scratch.run('prettier', ['--write', '--log-level=warn', ...touched]);
  await scratch.run('tsc', ['--build']);
  const sources = touched.filter((path) => path.endsWith('.ts'));
  await scratch.run('node', ['tools/boundaries/lint.js', ...sources]);
  const tests = ['module-readmes', 'documented-settings', 'libs/notification/test/template'];
  await scratch.run('npm', ['test', '--', ...tests]);
  return '';
}

async function call({ root, environment }: ScratchWorkspace): Promise<string> {
  const settings = { NODE_ENV: 'development', PORT: '0', DATA_DIR: `${root}/.data` };
  const started = { ...environment, ...settings, GREETING: 'Hello.' };
  const program = new ChildProgram(sourceProgram(started, root));
  try {
    const api = `${await program.printed(READY)}/api`;
    const login = { username: 'ada', password: 'analytical-engine-1843' };
    const names = { first_name: 'Ada', last_name: 'Lovelace' };
    const { body: signedUp } = await fetchJson('POST', `${api}/accounts`, {
      body: { ...login, ...names },
    });
    const { body: session } = await fetchJson('POST', `${api}/access-tokens`, { body: login });
    const owner = `${api}/accounts/${String(signedUp['id'])}`;
    const token = String(session['token']);

    const body = { nickname: 'Countess' };
    const changed = await fetchJson('PATCH', owner, { body, token });
    strictEqual(changed.body['nickname'], 'Countess');
    strictEqual((await fetchJson('GET', owner, { token })).body['nickname'], 'Countess');
    strictEqual((await fetchJson('GET', `${owner}/task-count`, { token })).body['count'], 0);
    strictEqual(await (await fetch(`${api}/`)).text(), 'Hello.');
    return '';
  } finally {
    await program.stop();
  }
}

await ScratchWorkspace.use('changes', async (scratch) => {
  for (const recipe of recipes) {
    await runCase(recipe.name, () => make(scratch, recipe));
  }
  await runCase('types, walls, tests and documents follow', () => follow(scratch));
  await runCase('the program does it', () => call(scratch));
});
