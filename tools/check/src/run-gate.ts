import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { ChildProgram, inWorkspace, pollUntil, workspaceRoot } from '@org/harness';

import { TEST_REPORT, type Gate } from './gates.ts';
import type { GateOutcome } from './summary.ts';
import { environment } from './workspace.ts';

const LOGS = dirname(inWorkspace(TEST_REPORT));
/** For a program to end what it started, before it is killed. */
const GRACE_MILLISECONDS = 15_000;

/**
 * Runs a gate in a process group of its own, of which nothing is left afterwards. One that takes
 * longer than the limit has failed.
 *
 * @param isAlone whether what it prints is shown at once: of gates beside each other it would mix
 */
export async function runGate(
  { name, command, words }: Gate,
  limitMilliseconds: number,
  isAlone: boolean,
): Promise<GateOutcome> {
  const title = `\n── ${name}: ${[command, ...words].join(' ')}\n`;
  const startedAt = performance.now();
  // No pipe, which whatever outlives the gate would keep open.
  const logFile = join(LOGS, `${name}.log`);
  mkdirSync(LOGS, { recursive: true });
  rmSync(logFile, { force: true });
  process.stdout.write(isAlone ? title : '');
  const program = new ChildProgram({
    ...{ command, arguments: words, environment, directory: workspaceRoot, leadsGroup: true },
    ...(isAlone ? { inheritsOutput: true } : { logFile }),
  });
  const isDone = await endsWithin(program, limitMilliseconds);
  const { output } = program;
  process.stdout.write(isAlone ? '' : title + output);
  if (!isDone) {
    const minutes = (limitMilliseconds / 60_000).toFixed(1);
    process.stdout.write(`${name} was ended: it took more than ${minutes} minutes.\n`);
  }
  const code = await program.exited();
  const seconds = (performance.now() - startedAt) / 1000;
  return { name, passed: isDone && code === 0, seconds, output };
}

async function endsWithin(program: ChildProgram, limitMilliseconds: number): Promise<boolean> {
  const ended = (limit: number) => pollUntil(() => program.hasEnded, limit, 50);
  const isDone = (await ended(limitMilliseconds)) ?? false;
  if (!isDone) {
    program.signalGroup('SIGTERM');
    await ended(GRACE_MILLISECONDS);
  }
  program.signalGroup('SIGKILL');
  return isDone;
}
