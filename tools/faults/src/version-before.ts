import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { inWorkspace, ProgramFailedError, runCommand, workspaceRoot } from '@org/harness';

/** The version that databases and other processes may be of. Until there is a release, this commit. */
export const VERSION_BEFORE = '04fd6d7';

/**
 * Builds the program of the version before, from the history of this repository. Kept for the next
 * run.
 *
 * @returns its entry point; `undefined` if the history is not there, as in a shallow clone
 */
export async function buildVersionBefore(): Promise<string | undefined> {
  const directory = inWorkspace(`node_modules/.cache/version-before/${VERSION_BEFORE}`);
  const program = join(directory, 'apps/api/dist/main.js');
  if (existsSync(program)) {
    return program;
  }
  const known = await run('git', ['cat-file', '-e', VERSION_BEFORE], workspaceRoot);
  if (known.code !== 0) {
    return undefined;
  }
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const archive = join(directory, 'sources.tar');
  await succeed('git', ['archive', '--output', archive, VERSION_BEFORE], workspaceRoot);
  await succeed('tar', ['--extract', '--file', archive], directory);
  await succeed('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], directory);
  await succeed(process.execPath, ['apps/api/build.js'], directory);
  return program;
}

function run(command: string, words: readonly string[], directory: string) {
  return runCommand(command, words, { directory, environment: process.env });
}

/** @throws ProgramFailedError */
async function succeed(
  command: string,
  words: readonly string[],
  directory: string,
): Promise<void> {
  const { code, output } = await run(command, words, directory);
  if (code !== 0) {
    throw new ProgramFailedError(`${command} ${words[0] ?? ''} failed`, output);
  }
}
