import { readFileSync, writeFileSync } from 'node:fs';

import {
  buildProgram,
  exitOnSignal,
  readMachine,
  renderMachine,
  report,
  runTool,
} from '@org/harness';
import { findMongod } from '@org/local-mongodb';

import { parseArguments, USAGE, type Arguments } from './arguments.ts';
import { Progress } from './progress.ts';
import { MARKERS, renderCounts, renderDocument, renderResult } from './report.ts';
import { runFault, type FaultResult } from './run.ts';

exitOnSignal();
await runTool({ usage: USAGE, markers: MARKERS, parse: parseArguments, run: runAll });

async function runAll({ faults, mode, write, json }: Arguments): Promise<number> {
  const { version } = await findMongod({ report });
  report('building the program');
  await buildProgram();
  const progress = new Progress(process.stderr);
  const run = {
    mode,
    date: new Date().toISOString().slice(0, 10),
    machine: renderMachine(readMachine()),
    mongodb: `MongoDB ${version}`,
  };
  const results: FaultResult[] = [];
  for (const fault of faults) {
    const result = await runFault(fault, mode, progress);
    process.stdout.write(renderResult(result));
    results.push(result);
    // After each fault, so that a run that is broken off is not lost.
    if (json !== undefined) {
      writeFileSync(json, `${JSON.stringify({ ...run, results }, undefined, 2)}\n`);
    }
    if (write !== undefined) {
      writeFileSync(write, renderDocument(readFileSync(write, 'utf8'), run, results));
    }
  }
  process.stdout.write(renderCounts(results));
  return results.every(({ passed }) => passed) ? 0 : 1;
}
