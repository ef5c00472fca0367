import { accessSync, constants, readFileSync } from 'node:fs';
import { constants as systemConstants } from 'node:os';
import { dirname, resolve } from 'node:path';
import { inspect } from 'node:util';

import { report, UsageError } from './command-line.ts';
import { replaceMarked, type Markers } from './markdown.ts';

interface CommonArguments {
  readonly help: boolean;
  readonly json?: string | undefined;
  readonly svg?: string | undefined;
  /** A document with a marked part. */
  readonly write?: string | undefined;
}

export interface Tool<Arguments extends CommonArguments> {
  readonly usage: string;
  /** Of the part of a document that the tool writes. */
  readonly markers: Markers;
  readonly parse: (commandLine: readonly string[]) => Arguments;
  readonly run: (asked: Arguments) => Promise<number>;
}

/**
 * Runs a tool, and ends the process: with exit code 2 and its usage for a command line that is not
 * understood, with 1 if it fails.
 */
export async function runTool<Arguments extends CommonArguments>(
  tool: Tool<Arguments>,
): Promise<never> {
  // A run that failed may have left something behind that would go on.
  process.exit(await exitCodeOf(tool));
}

async function exitCodeOf<Arguments extends CommonArguments>({
  usage,
  markers,
  parse,
  run,
}: Tool<Arguments>): Promise<number> {
  try {
    const asked = parse(process.argv.slice(2));
    if (asked.help) {
      process.stdout.write(usage);
      return 0;
    }
    assertWritable(asked, markers);
    return await run(asked);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    report(isUsage ? `${error.message}\n\n${usage}` : inspect(error));
    return isUsage ? 2 : 1;
  }
}

/** Minutes of measuring should not end with a file that cannot be written. */
function assertWritable({ json, svg, write }: CommonArguments, markers: Markers): void {
  for (const [option, file] of Object.entries({ json, svg, write })) {
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
  if (write !== undefined) {
    replaceMarked(readFileSync(write, 'utf8'), markers, '');
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
