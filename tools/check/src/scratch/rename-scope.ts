import { deepStrictEqual, rejects } from 'node:assert/strict';

import { ProgramFailedError } from '@org/harness';

import { ScratchWorkspace } from './scratch-workspace.ts';

/** The gate of `npm run rename-scope`: under another scope everything still fits together. */
const OLD = '@org/';
const NEW = '@acme';

async function assertRefuses(scratch: ScratchWorkspace, ...words: string[]): Promise<void> {
  const before = await scratch.status();
  const command = ['run', '--silent', 'rename-scope', ...words];
  await rejects(
    scratch.run('npm', command),
    ProgramFailedError,
    `${words.join(' ')} is not refused`,
  );
  deepStrictEqual(await scratch.status(), before);
}

await ScratchWorkspace.use('rename-scope', async (scratch) => {
  await assertRefuses(scratch);
  await assertRefuses(scratch, 'Acme');
  await assertRefuses(scratch, '@org');

  process.stdout.write(await scratch.run('npm', ['run', '--silent', 'rename-scope', NEW]));

  const search = ['grep', '--untracked', '--files-with-matches', '-e', OLD, '-e', '@org\\\\/'];
  // git grep ends with 1 where it finds nothing.
  await rejects(scratch.run('git', search), ProgramFailedError, `${OLD} is left in some files`);
  await scratch.commit('chore: another scope');
  await scratch.run('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund']);
  deepStrictEqual(await scratch.status(), '', 'the lock file is incomplete');
  await scratch.run('prettier', ['--check', '--log-level=warn', '.']);
  await scratch.run('nx', ['sync:check']);
  await scratch.run('tsc', ['--build']);
  await scratch.run('node', ['tools/boundaries/lint.js', 'libs/task']);
  await scratch.run('vitest', ['run', '--config', 'vitest.workspace.ts', '--project', 'task']);
  process.stdout.write('format, references, types, lint and tests as before\n');
});
