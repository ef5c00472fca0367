import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const TAIL_CHARACTERS = 20_000;

export class ProgramFailedError extends Error {
  constructor(problem: string, output: string) {
    const written = output.trim().slice(-TAIL_CHARACTERS);
    super(`${problem}${written === '' ? '' : `\nIt wrote:\n${written}`}`);
    this.name = new.target.name;
  }
}

export interface CommandResult {
  /** Exit code; null if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  /** Standard output, then standard error. */
  readonly output: string;
}

export interface CommandOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly directory?: string;
  /** Milliseconds after which it is killed. Default: none. */
  readonly limit?: number;
  /** Ends the command early, with the signal's reason as the error. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a command without a shell and without standard input.
 *
 * @throws Error if it cannot be started, takes longer than `limit`, or `signal` fires
 */
export async function runCommand(
  file: string,
  words: readonly string[],
  { environment, directory, limit, signal }: CommandOptions,
): Promise<CommandResult> {
  const timeout = limit === undefined ? undefined : AbortSignal.timeout(limit);
  const child = spawn(file, words, {
    cwd: directory,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    killSignal: 'SIGKILL',
    signal: AbortSignal.any([timeout, signal].filter((each) => each !== undefined)),
  });
  const outputs = [child.stdout, child.stderr];
  try {
    const closed = once(child, 'close') as Promise<[code: number | null]>;
    const [[code], stdout = '', stderr = ''] = await Promise.all([closed, ...outputs.map(text)]);
    return { code, stdout, output: (stdout + stderr).trim() };
  } catch (error) {
    // A grandchild may hold them open.
    outputs.forEach((output) => output.destroy());
    signal?.throwIfAborted();
    throw timeout?.aborted === true
      ? new Error(`no answer within ${limit} ms`, { cause: error })
      : error;
  }
}
