import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { inWorkspace } from '@org/harness';

import { run } from '../workspace.ts';

const VERSION = '4.32.5';
const directory = inWorkspace(`node_modules/.cache/schemathesis-${VERSION}`);

/** Installs it from PyPI unless it is there; whole or not at all. */
export async function installSchemathesis(): Promise<void> {
  if (existsSync(directory)) {
    return;
  }
  const draft = `${directory}.draft`;
  rmSync(draft, { recursive: true, force: true });
  const words = ['-m', 'pip', 'install', '--quiet', '--root-user-action=ignore', '--target', draft];
  await run('python3', [...words, `schemathesis==${VERSION}`]);
  renameSync(draft, directory);
}

/**
 * Runs `st run`.
 *
 * @returns what it printed
 * @throws ProgramFailedError with its findings
 */
export function runSchemathesis(words: readonly string[], cwd: string): Promise<string> {
  const env = { ...process.env, PYTHONPATH: directory };
  return run('python3', [join(directory, 'bin/st'), ...words], { cwd, env });
}
