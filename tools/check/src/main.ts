import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

async function run({ name, command, words, isPairable = false }: Gate): Promise<GateOutcome> {
  const title = `\n── ${name}: ${command} ${words.join(' ')}\n`;
  const startedAt = performance.now();
  const child = spawn(command, words, {
    cwd: workspaceRoot,
    env: environment,
    stdio: ['ignore', isPairable ? 'pipe' : 'inherit', isPairable ? 'pipe' : 'inherit'],
  });
  // What two gates print at once would be mixed up.
  let output = title;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  if (!isPairable) {
    process.stdout.write(title);
  }
  const [status] = (await once(child, 'close')) as [number | null];
  if (isPairable) {
    process.stdout.write(output);
  }
  return { name, passed: status === 0, seconds: (performance.now() - startedAt) / 1000 };
}

/** In order; two that may run beside each other do. */
async function runAll(): Promise<readonly GateOutcome[]> {
  const outcomes: GateOutcome[] = [];
  for (let next = 0; next < gates.length;) {
    const pair = gates.slice(next, next + 2);
    const together = pair.every(({ isPairable }) => isPairable) ? pair : pair.slice(0, 1);
    outcomes.push(...(await Promise.all(together.map(run))));
    next += together.length;
  }
  return outcomes;
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
const outcomes = await runAll();
const counts = count(outcomes, readTestReport());
process.stdout.write(`${describe(outcomes, counts)}\n`);
process.exitCode = counts.failed === 0 ? 0 : 1;
