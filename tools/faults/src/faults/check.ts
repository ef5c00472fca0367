import type { ServerProgram } from '@org/harness';

import type { Findings } from '../invariants/findings.ts';

/** One thing that a fault must not break, and what was measured of it. */
export interface Check {
  readonly name: string;
  readonly measured: string;
  readonly goal: string;
  readonly met: boolean;
}

const SHOWN = 6;
const OWN_FRAME = /at .*tools.faults.(?:src|test).*/u;
/** What the program prints for what it did not expect, an unhandled rejection included. */
const UNEXPECTED = /^Unexpected: .*/gmu;
const ERROR_LEVEL = 50;
/** What a program logs of being unavailable: a code, or how often in an outage. */
const UNAVAILABLE = ['SERVER_ERR_02', 'FST_ERR_HANDLER_TIMEOUT', 'MongoDB still does not answer'];

interface LogRecord {
  readonly level: number;
  readonly msg?: string;
  readonly err?: { readonly type: string; readonly message: string; readonly code?: string };
}

export function checkThat(name: string, met: boolean, measured: string, goal: string): Check {
  return { name, measured, goal, met };
}

/** Missed: it could not be looked at to its end. */
export function checkFailed(name: string, error: unknown): Check {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  const [place = 'at an unknown place'] = OWN_FRAME.exec(stack) ?? [];
  return checkThat(name, false, `${message} ${place}`, 'yes');
}

/** Met if a count is exactly what it is to be. */
export function checkCount(name: string, count: number, expected: number): Check {
  return checkThat(name, count === expected, String(count), String(expected));
}

/** Met if nothing was found; names some of what was. */
export function listNothing(name: string, found: readonly string[]): Check {
  const names = [...new Set(found)].slice(0, SHOWN);
  const measured = [String(found.length), ...names].join('; ');
  return checkThat(name, found.length === 0, measured, '0');
}

export function checkAtMost(name: string, count: number, limit: number): Check {
  return checkThat(name, count <= limit, String(count), `at most ${limit}`);
}

/** Met if the fault did take place so often. */
export function checkAtLeast(name: string, count: number, limit: number): Check {
  return checkThat(name, count >= limit, String(count), `at least ${limit}`);
}

/** Met without violations, and with something to violate. */
export function checkFindings(name: string, { checked, violations }: Findings): Check {
  const shown = violations
    .slice(0, SHOWN)
    .map(({ invariant, subject, problem }) => `${invariant}: ${subject} ${problem}`);
  const details = shown.length === 0 ? '' : ` (${shown.join('; ')})`;
  const measured = `${violations.length} violations in ${checked} looks${details}`;
  return checkThat(name, violations.length === 0 && checked > 0, measured, 'none');
}

/** For every fault that the program has to live through. */
export function checkProgram({ hasEnded, output }: ServerProgram): readonly Check[] {
  const failures = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogRecord)
    .filter(({ level }) => level >= ERROR_LEVEL)
    .filter(({ err, msg = '' }) => !UNAVAILABLE.includes(err?.code ?? msg))
    .map(({ err, msg = '' }) => (err === undefined ? msg : `${err.type}: ${err.message}`));
  return [
    checkThat('the process', !hasEnded, hasEnded ? 'ended' : 'lives', 'lives'),
    listNothing('errors that nobody handled', output.match(UNEXPECTED) ?? []),
    listNothing('logged errors other than of being unavailable', failures),
  ];
}

export function formatTime(milliseconds: number): string {
  if (Number.isNaN(milliseconds)) {
    return 'never';
  }
  return milliseconds < 1_000
    ? `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`
    : `${(milliseconds / 1_000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`;
}
