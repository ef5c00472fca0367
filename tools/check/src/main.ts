import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import { gates, TEST_REPORT, type Gate } from './gates.ts';
import { count, describe, type GateOutcome, type TestReport } from './summary.ts';

const workspaceRoot = join(import.meta.dirname, '../../..');
const testReport = join(workspaceRoot, TEST_REPORT);

const environment = {
  ...process.env,
  PATH: [join(workspaceRoot, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
  NX_DAEMON: 'false',
  NX_TUI: 'false',
};

function run({ name, command, words }: Gate): GateOutcome {
  process.stdout.write(`\n── ${name}: ${command} ${words.join(' ')}\n`);
  const startedAt = performance.now();
  const { status } = spawnSync(command, words, {
    cwd: workspaceRoot,
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return { name, passed: status === 0, seconds: (performance.now() - startedAt) / 1000 };
}

function readTestReport(): TestReport | undefined {
  try {
    return JSON.parse(readFileSync(testReport, 'utf8')) as TestReport;
  } catch {
    return undefined;
  }
}

mkdirSync(dirname(testReport), { recursive: true });
rmSync(testReport, { force: true });
const outcomes = gates.map(run);
const counts = count(outcomes, readTestReport());
process.stdout.write(`${describe(outcomes, counts)}\n`);
process.exitCode = counts.failed === 0 ? 0 : 1;
