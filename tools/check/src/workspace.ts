import { execFile, spawnSync, type SpawnSyncOptions } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export const workspaceRoot = join(import.meta.dirname, '../../..');

const MAXIMUM_OUTPUT_BYTES = 64 * 1024 * 1024;

/** The folder of the programs that npm installed, the pinned Node among them. */
export const installedPrograms = join(workspaceRoot, 'node_modules/.bin');

/** The environment of a program that runs as in an npm script, and without Nx's daemon. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [installedPrograms, process.env['PATH']].join(delimiter),
  NX_DAEMON: 'false',
  NX_TUI: 'false',
};

/** A program ended with another code than 0. */
export class ProgramFailedError extends Error {
  constructor(command: string, output: string) {
    super(`${command} failed:\n${output}`);
    this.name = new.target.name;
  }
}

/**
 * Runs a program to its end.
 *
 * @returns what it wrote to its standard output
 * @throws ProgramFailedError with all that it wrote
 */
export function run(
  command: string,
  words: readonly string[],
  options: Pick<SpawnSyncOptions, 'cwd' | 'env'> = {},
): string {
  const { status, stdout, stderr, error } = spawnSync(command, words, {
    cwd: workspaceRoot,
    env: environment,
    ...options,
    encoding: 'utf8',
    maxBuffer: MAXIMUM_OUTPUT_BYTES,
  });
  if (status !== 0) {
    const output = error === undefined ? stdout + stderr : error.message;
    throw new ProgramFailedError([command, ...words].join(' '), output);
  }
  return stdout;
}

const execute = promisify(execFile);

/** The same beside others. */
export async function runInBackground(
  command: string,
  words: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const all = { cwd: workspaceRoot, env: environment, maxBuffer: MAXIMUM_OUTPUT_BYTES, ...options };
  try {
    return (await execute(command, words, all)).stdout;
  } catch (error) {
    const { stdout, stderr, message } = error as Error & { stdout?: string; stderr?: string };
    throw new ProgramFailedError(
      [command, ...words].join(' '),
      `${stdout ?? ''}${stderr ?? message}`,
    );
  }
}
