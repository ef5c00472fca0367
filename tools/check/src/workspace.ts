import { delimiter } from 'node:path';

import { inWorkspace, ProgramFailedError, runCommand, workspaceRoot } from '@org/harness';

/** The folder of the programs that npm installed, the pinned Node among them. */
export const installedPrograms = inWorkspace('node_modules/.bin');

/** The environment of a program that runs as in an npm script, and without Nx's daemon. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [installedPrograms, process.env['PATH']].join(delimiter),
  NX_DAEMON: 'false',
  NX_TUI: 'false',
};

/**
 * Runs a program to its end.
 *
 * @returns what it wrote to its standard output
 * @throws ProgramFailedError with all that it wrote, if it ends with another code than 0
 */
export async function run(
  command: string,
  words: readonly string[],
  { cwd = workspaceRoot, env = environment }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const options = { directory: cwd, environment: env };
  const { code, stdout, output } = await runCommand(command, words, options);
  if (code !== 0) {
    throw new ProgramFailedError(`${[command, ...words].join(' ')} failed.`, output);
  }
  return stdout;
}

/**
 * Runs one of several cases and prints how it went; the process fails if one of them does.
 *
 * @param work may resolve with more to be told of it
 * @returns whether it passed
 */
export async function runCase(title: string, work: () => Promise<unknown>): Promise<boolean> {
  const startedAt = performance.now();
  const seconds = (): string => ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
  try {
    const more = await work();
    const told = typeof more === 'string' ? `: ${more}` : '';
    process.stdout.write(`passed  ${seconds()} s  ${title}${told}\n`);
    return true;
  } catch (error) {
    process.stdout.write(`${(error as Error).message}\nFAILED  ${seconds()} s  ${title}\n`);
    process.exitCode = 1;
    return false;
  }
}

/** Ends a gate: prints what it found, and fails the process if that is anything. */
export function conclude(findings: readonly string[], ...afterwards: readonly string[]): void {
  process.stdout.write([...findings, ...afterwards, ''].join('\n'));
  process.exitCode = findings.length === 0 ? 0 : 1;
}
