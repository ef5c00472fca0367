import { accessSync, constants } from 'node:fs';
import { constants as systemConstants } from 'node:os';
import { dirname, resolve } from 'node:path';
import { inspect, parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/** How thorough a run is: quick ones share their machine with whatever else CI does there. */
export type Mode = 'quick' | 'full';

/** How much of something each mode does. */
export type ByMode<Value = number> = Readonly<Record<Mode, Value>>;

/** The command line is not understood; the message says why. */
export class UsageError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = new.target.name;
  }
}

/** Options of every tool that measures. */
const COMMON_OPTIONS = {
  quick: { type: 'boolean', default: false },
  json: { type: 'string' },
  write: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const satisfies ParseArgsOptionsConfig;

type Values<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: typeof COMMON_OPTIONS & Options }>
>['values'];

/**
 * Reads `--quick`, `--json <file>`, `--write <file>`, `--help` and the options of the tool.
 *
 * @throws UsageError for an unknown option, a missing value, or an argument that is no option
 */
export function parseCommandLine<const Options extends ParseArgsOptionsConfig>(
  commandLine: readonly string[],
  own: Options,
): Values<Options> {
  try {
    const options = { ...COMMON_OPTIONS, ...own };
    const { values } = parseArgs({ args: [...commandLine], options });
    for (const [name, value] of Object.entries(values)) {
      if (typeof value === 'string' && value.trim() === '') {
        throw new UsageError(`--${name} needs the name of a file`);
      }
    }
    return values;
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message, error);
  }
}

/**
 * Minutes of measuring should not end with a file that cannot be written.
 *
 * @param files by the option that names them; `write` must be there, the others may be made
 * @throws UsageError
 */
export function assertWritable(files: Readonly<Record<string, string | undefined>>): void {
  for (const [option, file] of Object.entries(files)) {
    if (file === undefined) {
      continue;
    }
    try {
      accessSync(option === 'write' ? file : dirname(resolve(file)), constants.W_OK);
    } catch (error) {
      const problem = 'it or its folder is missing or read-only';
      throw new UsageError(`--${option} cannot write to ${file}: ${problem}`, error);
    }
  }
}

/** Writes a line of progress. */
export function report(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Runs a tool: exit code 2 and its usage for a command line that is not understood, 1 if it fails. */
export async function runTool(
  usage: string,
  main: (commandLine: readonly string[]) => Promise<number>,
): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    const isUsage = error instanceof UsageError;
    report(isUsage ? `${error.message}\n\n${usage}` : inspect(error));
    process.exitCode = isUsage ? 2 : 1;
  }
}

/**
 * Exits on the first signal, which ends whatever runs.
 *
 * @param opening is waited for first, since until then nothing knows what to end; the second signal
 *   does not wait
 */
export function exitOnSignal(opening: Promise<unknown> = Promise.resolve()): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const exit = (): never => process.exit(128 + systemConstants.signals[signal]);
    process.once(signal, () => void opening.then(exit, exit));
  }
}
