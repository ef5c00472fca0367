import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { constants as systemConstants } from 'node:os';
import { dirname, resolve } from 'node:path';

import { findMongod } from '@org/local-mongodb';

import { parseArguments, USAGE, UsageError, type Arguments } from './arguments.ts';
import { FAULTS } from './faults/faults.ts';
import { describeMachine } from './machine.ts';
import { replaceResults, type RunDescription } from './report/document.ts';
import { Progress } from './report/progress.ts';
import { renderCounts, renderResult } from './report/report.ts';
import { runFault, type FaultResult } from './run.ts';
import { buildProgram } from './stage/stage.ts';

const USAGE_EXIT_CODE = 2;

exitOnSignal();
process.exitCode = await main(process.argv.slice(2));

async function main(commandLine: readonly string[]): Promise<number> {
  try {
    const arguments_ = parseArguments(commandLine, FAULTS);
    if (arguments_.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    assertWritable(arguments_);
    return await runAll(arguments_);
  } catch (error) {
    if (error instanceof UsageError) {
      report(`${error.message}\n\n${USAGE}`);
      return USAGE_EXIT_CODE;
    }
    report(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
}

async function runAll({ faults, mode, write, json }: Arguments): Promise<number> {
  const { version } = await findMongod({ report });
  report('building the program');
  await buildProgram();
  const progress = new Progress(process.stderr);
  const run = {
    mode,
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    mongodb: `MongoDB ${version}`,
  };
  const results: FaultResult[] = [];
  for (const fault of faults) {
    const result = await runFault(fault, mode, progress);
    process.stdout.write(renderResult(result));
    results.push(result);
    save(run, results, { write, json });
  }
  process.stdout.write(renderCounts(results));
  return results.every(({ passed }) => passed) ? 0 : 1;
}

/** After each fault, so that a run that is broken off is not lost. */
function save(
  run: RunDescription,
  results: readonly FaultResult[],
  { write, json }: Pick<Arguments, 'write' | 'json'>,
): void {
  if (json !== undefined) {
    writeFileSync(json, `${JSON.stringify({ ...run, results }, undefined, 2)}\n`);
  }
  if (write !== undefined) {
    writeFileSync(write, replaceResults(readFileSync(write, 'utf8'), run, results));
  }
}

/** Exiting ends whatever runs. */
function exitOnSignal(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(128 + systemConstants.signals[signal]));
  }
}

/** An hour of faults should not end with a file that cannot be written. */
function assertWritable({ write, json }: Arguments): void {
  const files = { write, json: json === undefined ? undefined : dirname(resolve(json)) };
  for (const [option, path] of Object.entries(files)) {
    try {
      if (path !== undefined) {
        accessSync(path, constants.W_OK);
      }
    } catch (error) {
      throw new UsageError(`--${option} cannot write there: it is missing or read-only`, error);
    }
  }
}

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
