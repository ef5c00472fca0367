import { constants as systemConstants } from 'node:os';
import { inspect } from 'node:util';

import { parseArguments, USAGE, UsageError, type Arguments } from './arguments.ts';
import { Bench } from './bench.ts';
import { CELLS } from './cells/cells.ts';
import { NoMarkersError } from './markdown.ts';
import { assertWritable, writeFiles } from './outputs.ts';
import { renderReport } from './report.ts';
import { run } from './run.ts';

const USAGE_EXIT_CODE = 2;

process.exitCode = await main(process.argv.slice(2));

async function main(commandLine: readonly string[]): Promise<number> {
  try {
    const arguments_ = parseArguments(
      commandLine,
      CELLS.map(({ name }) => name),
    );
    if (arguments_.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    assertWritable(arguments_);
    return await measure(arguments_);
  } catch (error) {
    if (error instanceof UsageError || error instanceof NoMarkersError) {
      report(`${error.message}\n\n${USAGE}`);
      return USAGE_EXIT_CODE;
    }
    report(inspect(error));
    return 1;
  }
}

async function measure(arguments_: Arguments): Promise<number> {
  const { mode, check, cells: names } = arguments_;
  const cells = names.length === 0 ? CELLS : CELLS.filter(({ name }) => names.includes(name));
  const opening = Bench.open(report);
  exitOnSignal(opening);
  const bench = await opening;
  try {
    const result = await run({ mode, cells, report }, bench);
    process.stdout.write(renderReport(result));
    writeFiles(arguments_, result);
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

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
