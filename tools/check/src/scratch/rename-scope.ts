import { deepStrictEqual, ok } from 'node:assert/strict';

import { ProgramFailedError } from '../workspace.ts';
import { ScratchWorkspace } from './scratch-workspace.ts';

/** The gate of `npm run rename-scope`: under another scope everything still fits together. */
const OLD = '@org/';
const NEW = '@acme';

function findRemaining(scratch: ScratchWorkspace): readonly string[] {
  const words = ['grep', '--untracked', '--files-with-matches', '-e', OLD, '-e', '@org\\\\/'];
  try {
    return scratch.run('git', words).trim().split('\n');
  } catch (error) {
    // git grep ends with 1 where it finds nothing.
    if (error instanceof ProgramFailedError) {
      return [];
    }
    throw error;
  }
}

function assertRefuses(scratch: ScratchWorkspace, ...words: readonly string[]): void {
  const before = scratch.run('git', ['status', '--porcelain']);
  let message = '';
  try {
    scratch.run('npm', ['run', '--silent', 'rename-scope', ...words]);
  } catch (error) {
    message = (error as Error).message;
  }
  ok(message !== '', `npm run rename-scope ${words.join(' ')} is not refused`);
  deepStrictEqual(scratch.run('git', ['status', '--porcelain']), before);
}

const scratch = ScratchWorkspace.make('rename-scope');
try {
  assertRefuses(scratch);
  assertRefuses(scratch, 'Acme');
  assertRefuses(scratch, '@org');

  process.stdout.write(scratch.run('npm', ['run', '--silent', 'rename-scope', NEW]));

  deepStrictEqual(findRemaining(scratch), []);
  scratch.commit('chore: another scope');
  scratch.run('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund']);
  deepStrictEqual(scratch.run('git', ['status', '--porcelain']), '', 'the lock file is incomplete');
  scratch.run('prettier', ['--check', '--log-level=warn', '.']);
  scratch.run('nx', ['sync:check']);
  scratch.run('tsc', ['--build']);
  scratch.run('node', ['tools/boundaries/lint.js', 'libs/task']);
  scratch.run('vitest', ['run', '--config', 'vitest.workspace.ts', '--project', 'task']);
  process.stdout.write('format, references, types, lint and tests as before\n');
} finally {
  scratch.remove();
}
