import type { Findings } from '../invariants/invariant.ts';
import type { Mode } from './fault.ts';

/** One thing that a fault must not break, and what was measured of it. */
export interface Check {
  readonly name: string;
  readonly measured: string;
  readonly goal: string;
  readonly met: boolean;
}

/**
 * Quick runs share their machine with whatever else CI does there, so that times say less. They are
 * stated as they are, and judged with this factor.
 */
const TIME_FACTORS: Readonly<Record<Mode, number>> = { full: 1, quick: 20 };

const SHOWN = 5;

/** Met when a count is exactly what it is to be. */
export function checkCount(name: string, count: number, expected: number): Check {
  return { name, measured: String(count), goal: String(expected), met: count === expected };
}

/** Met when there is none of something; some of what there is are named. */
export function listNothing(name: string, found: readonly string[]): Check {
  const names = [...new Set(found)].slice(0, SHOWN);
  return {
    ...checkCount(name, found.length, 0),
    measured: [String(found.length), ...names].join('; '),
  };
}

/** Met when a count is no more than this. */
export function checkAtMost(name: string, count: number, limit: number): Check {
  return { name, measured: String(count), goal: `at most ${limit}`, met: count <= limit };
}

/** Met when a count is no less than this: the fault did take place. */
export function checkAtLeast(name: string, count: number, limit: number): Check {
  return { name, measured: String(count), goal: `at least ${limit}`, met: count >= limit };
}

/** Met when something is so. */
export function checkThat(name: string, met: boolean, measured: string, goal: string): Check {
  return { name, measured, goal, met };
}

/** Met when a time, in milliseconds, is within the limit; in quick runs within twenty times of it. */
export function checkTime(
  name: string,
  milliseconds: number,
  limitMilliseconds: number,
  mode: Mode,
): Check {
  return {
    name,
    measured: formatTime(milliseconds),
    goal: `within ${formatTime(limitMilliseconds)}`,
    met: milliseconds <= limitMilliseconds * TIME_FACTORS[mode],
  };
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

export function formatTime(milliseconds: number): string {
  if (Number.isNaN(milliseconds)) {
    return 'never';
  }
  return milliseconds < 1_000
    ? `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`
    : `${(milliseconds / 1_000).toFixed(1)} s`;
}
