import { spawn } from 'node:child_process';

/** What a finished command left. */
export interface CommandResult {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  /** Standard output and standard error as they came, together; the last 64 KiB. */
  readonly output: string;
}

/** How a command is run. */
export interface CommandOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Milliseconds after which it is killed. */
  readonly limit: number;
  /** Ends the command early, with the signal's reason as the error. */
  readonly signal?: AbortSignal;
}

const OUTPUT_BYTES = 64 * 1024;

/**
 * Runs a command without a shell and without standard input.
 *
 * @throws Error when it cannot be started, takes longer than `limit`, or `signal` fires.
 */
export function runCommand(
  file: string,
  commandArguments: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const limit = AbortSignal.timeout(options.limit);
    const signals = options.signal === undefined ? [limit] : [limit, options.signal];
    const child = spawn(file, commandArguments, {
      env: options.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      killSignal: 'SIGKILL',
      signal: AbortSignal.any(signals),
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output = (output + chunk).slice(-OUTPUT_BYTES);
      });
    }
    child.once('error', (error) => {
      // A grandchild may hold the pipes open for longer than anyone wants to wait.
      child.stdout.destroy();
      child.stderr.destroy();
      reject(limit.aborted ? new Error(`no answer within ${options.limit} ms`) : reason(error));
    });
    child.once('close', (code) => resolve({ code, output: output.trim() }));
  });
}

function reason(error: Error): Error {
  return error.name === 'AbortError' && error.cause instanceof Error ? error.cause : error;
}
