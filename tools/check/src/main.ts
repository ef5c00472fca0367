import { readFileSync, rmSync } from 'node:fs';

import { exitOnSignal, inWorkspace } from '@org/harness';

import { stages, TEST_REPORT } from './gates.ts';
import { runGate } from './run-gate.ts';
import { runStages } from './schedule.ts';
import { count, renderSummary, type TestReport } from './summary.ts';

const MINUTE = 60_000;
/** CI ends a run after 90 minutes, without its summary. */
const ALL_MINUTES = 85;
const GATE_MINUTES = 25;

const testReport = inWorkspace(TEST_REPORT);

rmSync(testReport, { force: true });
exitOnSignal();
const left = () => Math.max(ALL_MINUTES * MINUTE - performance.now(), 0);
const outcomes = await runStages(stages, (gate, isAlone) =>
  runGate(gate, Math.min(GATE_MINUTES * MINUTE, left()), isAlone),
);
const tests = readTestReport();
process.stdout.write(`${renderSummary(outcomes, tests)}\n`);
process.exitCode = count(outcomes, tests).failed === 0 ? 0 : 1;

function readTestReport(): TestReport | undefined {
  try {
    return JSON.parse(readFileSync(testReport, 'utf8')) as TestReport;
  } catch {
    return undefined;
  }
}
