import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

import { ChildProgram, inWorkspace, runCommand, workspaceRoot } from '@org/harness';

import { gates, TEST_REPORT, type Gate } from './gates.ts';
import { runInOrder } from './schedule.ts';
import { count, renderSummary, type GateOutcome, type TestReport } from './summary.ts';
import { environment } from './workspace.ts';

const testReport = inWorkspace(TEST_REPORT);

mkdirSync(dirname(testReport), { recursive: true });
rmSync(testReport, { force: true });
const outcomes = await runInOrder(gates, run);
const counts = count(outcomes, readTestReport());
process.stdout.write(`${renderSummary(outcomes, counts)}\n`);
process.exitCode = counts.failed === 0 ? 0 : 1;

async function run({ name, command, words, isPairable = false }: Gate): Promise<GateOutcome> {
  const title = `\n── ${name}: ${command} ${words.join(' ')}\n`;
  const startedAt = performance.now();
  const options = { environment, directory: workspaceRoot };
  let code: number | null;
  if (isPairable) {
    const result = await runCommand(command, words, options);
    ({ code } = result);
    // What two gates print at once would be mixed up.
    process.stdout.write(`${title}${result.output}\n`);
  } else {
    process.stdout.write(title);
    const program = { ...options, command, arguments: words, inheritsOutput: true };
    code = await new ChildProgram(program).exited();
  }
  return { name, passed: code === 0, seconds: (performance.now() - startedAt) / 1000 };
}

function readTestReport(): TestReport | undefined {
  try {
    return JSON.parse(readFileSync(testReport, 'utf8')) as TestReport;
  } catch {
    return undefined;
  }
}
