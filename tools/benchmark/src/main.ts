import { accessSync, constants, writeFileSync } from 'node:fs';
import { constants as systemConstants } from 'node:os';
import { dirname, resolve } from 'node:path';

import { parseArguments, USAGE, UsageError, type Arguments } from './arguments.ts';
import { Bench } from './bench.ts';
import { renderReport } from './report.ts';
import { run } from './run.ts';

const USAGE_EXIT_CODE = 2;

process.exitCode = await main(process.argv.slice(2));

async function main(commandLine: readonly string[]): Promise<number> {
  try {
    const arguments_ = parseArguments(commandLine);
    if (arguments_.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    assertWritable(arguments_.json);
    return await measure(arguments_);
  } catch (error) {
    if (error instanceof UsageError) {
      report(`${error.message}\n\n${USAGE}`);
      return USAGE_EXIT_CODE;
    }
    report(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
}

async function measure({ mode, check, json }: Arguments): Promise<number> {
  const opening = Bench.open(report);
  exitOnSignal(opening);
  const bench = await opening;
  try {
    const result = await run({ mode, report }, bench);
    process.stdout.write(renderReport(result));
    if (json !== undefined) {
      writeFileSync(json, `${JSON.stringify(result, undefined, 2)}\n`);
    }
    return check && result.goals.some(({ met }) => !met) ? 1 : 0;
  } finally {
    await bench.close();
  }
}

/**
 * Exits on the first signal, which ends whatever runs. A mongod that is just starting is waited
 * for, since until then nothing knows what to end; the second signal does not wait.
 */
function exitOnSignal(opening: Promise<unknown>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      const exit = (): never => process.exit(128 + systemConstants.signals[signal]);
      opening.then(exit, exit);
    });
  }
}

/** Minutes of measuring should not end with a file that cannot be written. */
function assertWritable(file: string | undefined): void {
  if (file === undefined) {
    return;
  }
  try {
    accessSync(dirname(resolve(file)), constants.W_OK);
  } catch (error) {
    throw new UsageError(
      `--json cannot write to ${file}: its folder is missing or read-only`,
      error,
    );
  }
}

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
