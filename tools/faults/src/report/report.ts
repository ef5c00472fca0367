import { formatTime } from '../faults/check.ts';
import type { FaultResult } from '../run.ts';

/** One fault for a person at a terminal. */
export function renderResult({ id, title, seconds, checks, passed }: FaultResult): string {
  return [
    `${passed ? 'passed' : 'FAILED'} ${id} ${title} (${formatTime(seconds * 1_000)})`,
    ...checks.map(
      ({ name, measured, goal, met }) =>
        `  ${met ? 'met   ' : 'MISSED'} ${name}: ${measured}; goal: ${goal}`,
    ),
    '',
  ].join('\n');
}

/** The last line of a run. */
export function renderCounts(results: readonly FaultResult[]): string {
  const passed = results.filter((result) => result.passed).length;
  return `${passed} passed, ${results.length - passed} failed\n`;
}
