import type { Findings } from '../invariants/invariant.ts';
import type { Program } from '../stage/program.ts';

/** One thing that a fault must not break, and what was measured of it. */
export interface Check {
  readonly name: string;
  readonly measured: string;
  readonly goal: string;
  readonly met: boolean;
}

const SHOWN = 6;

/** Met if something is so. */
export function checkThat(name: string, met: boolean, measured: string, goal: string): Check {
  return { name, measured, goal, met };
}

/** Met if a count is exactly what it is to be. */
export function checkCount(name: string, count: number, expected: number): Check {
  return { name, measured: String(count), goal: String(expected), met: count === expected };
}

/** Met if nothing was found; names some of what was. */
export function listNothing(name: string, found: readonly string[]): Check {
  const names = [...new Set(found)].slice(0, SHOWN);
  const measured = [String(found.length), ...names].join('; ');
  return { ...checkCount(name, found.length, 0), measured };
}

/** Met if a count is no more than this. */
export function checkAtMost(name: string, count: number, limit: number): Check {
  return { name, measured: String(count), goal: `at most ${limit}`, met: count <= limit };
}

/** Met if a count is no less than this: the fault did take place. */
export function checkAtLeast(name: string, count: number, limit: number): Check {
  return { name, measured: String(count), goal: `at least ${limit}`, met: count >= limit };
}

/** Met without violations, and with something to violate. */
export function checkFindings(name: string, { checked, violations }: Findings): Check {
  const shown = violations
    .slice(0, SHOWN)
    .map(({ invariant, subject, problem }) => `${invariant}: ${subject} ${problem}`);
  const details = shown.length === 0 ? '' : ` (${shown.join('; ')})`;
  return {
    name,
    measured: `${violations.length} violations in ${checked} looks${details}`,
    goal: 'none',
    met: violations.length === 0 && checked > 0,
  };
}

/** For every fault that the program has to live through. */
export function checkProgram(program: Program): readonly Check[] {
  return [
    checkThat('the process', !program.hasEnded, program.hasEnded ? 'ended' : 'lives', 'lives'),
    listNothing('errors that nobody handled', program.unexpectedErrors()),
    listNothing('logged errors other than of being unavailable', program.failures()),
  ];
}

export function formatTime(milliseconds: number): string {
  if (Number.isNaN(milliseconds)) {
    return 'never';
  }
  return milliseconds < 1_000
    ? `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`
    : `${(milliseconds / 1_000).toFixed(1)} s`;
}
