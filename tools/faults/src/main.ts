import { readFileSync, writeFileSync } from 'node:fs';
import { inspect } from 'node:util';

import {
  buildProgram,
  exitOnSignal,
  readMachine,
  renderMachine,
  report,
  runTool,
  type Mode,
} from '@org/harness';
import { findMongod } from '@org/local-mongodb';

import { parseArguments, USAGE, type Arguments } from './arguments.ts';
import { checkFailed } from './faults/check.ts';
import { FaultContext, type Fault, type FaultOn, type ReplicaSetFault } from './faults/fault.ts';
import { endLoads } from './load/load.ts';
import { ReplicaSetStage } from './nodes/replica-set-stage.ts';
import { Progress } from './progress.ts';
import { MARKERS, renderCounts, renderDocument, renderResult, type FaultResult } from './report.ts';
import { Stage, type FaultStage } from './stage.ts';

exitOnSignal();
await runTool({ usage: USAGE, markers: MARKERS, parse: parseArguments, run: runAll });

async function runAll({ faults, mode, built, write, json }: Arguments): Promise<number> {
  const { version } = await findMongod({ report });
  if (!built) {
    report('building the program');
    await buildProgram();
  }
  const run = {
    mode,
    date: new Date().toISOString().slice(0, 10),
    machine: renderMachine(readMachine()),
    mongodb: `MongoDB ${version}`,
  };
  const results: FaultResult[] = [];
  for (const fault of faults) {
    const result = await runFault(fault, mode);
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

async function runFault(fault: Fault | ReplicaSetFault, mode: Mode): Promise<FaultResult> {
  const { id, title } = fault;
  const startedAt = performance.now();
  const checks = await runChecks(fault, mode).catch((error: unknown) => [
    checkFailed('the fault was carried through', error),
  ]);
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  const passed = checks.length > 0 && checks.every(({ met }) => met);
  return { id, title, seconds, checks, passed };
}

/** On a stage of its own, which is gone afterwards. */
async function runChecks(fault: Fault | ReplicaSetFault, mode: Mode) {
  return fault.members === 3
    ? runOn(await ReplicaSetStage.open(), fault, mode)
    : runOn(await Stage.open(), fault, mode);
}

async function runOn<Where extends FaultStage>(
  stage: Where,
  { id, title, run }: FaultOn<Where>,
  mode: Mode,
) {
  const progress = new Progress(process.stderr);
  try {
    progress.begin(`${id} ${title}`);
    return await run(new FaultContext(mode, stage, (done, of) => progress.advance(done, of)));
  } catch (error) {
    // What fails while it is closed would hide it.
    process.stderr.write(`${inspect(error)}\n`);
    throw error;
  } finally {
    endLoads();
    await stage.close();
    progress.end();
  }
}
