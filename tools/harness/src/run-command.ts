import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const MAXIMUM_OUTPUT_BYTES = 64 * 1024 * 1024;
const TAIL_CHARACTERS = 20_000;

/** A program ended as it should not have. */
export class ProgramFailedError extends Error {
  constructor(problem: string, output: string, cause?: unknown) {
    const written = output.trim().slice(-TAIL_CHARACTERS);
    super(`${problem}${written === '' ? '' : `\nIt wrote:\n${written}`}`, { cause });
    this.name = new.target.name;
  }
}

/** What a finished command left. */
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

type ExecutionError = Error & { code?: unknown; signal?: unknown; stdout: string; stderr: string };

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
  const running = execute(file, words, {
    cwd: directory,
    env: environment,
    killSignal: 'SIGKILL',
    maxBuffer: MAXIMUM_OUTPUT_BYTES,
    signal: AbortSignal.any([timeout, signal].filter((each) => each !== undefined)),
  });
  running.child.stdin?.end();
  try {
    const { stdout, stderr } = await running;
    return { code: 0, stdout, output: (stdout + stderr).trim() };
  } catch (error) {
    const { code, signal: endedBy, stdout, stderr } = error as ExecutionError;
    if (timeout?.aborted === true) {
      throw new Error(`no answer within ${limit} ms`, { cause: error });
    }
    signal?.throwIfAborted();
    if (typeof code === 'number' || typeof endedBy === 'string') {
      return {
        code: typeof code === 'number' ? code : null,
        stdout,
        output: (stdout + stderr).trim(),
      };
    }
    throw error;
  }
}
