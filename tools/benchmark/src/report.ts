import type { ComparisonSummary } from './comparison.ts';
import type { GoalResult } from './goals.ts';
import type { Machine } from './machine.ts';
import { renderNumber } from './numbers.ts';
import type { Summary } from './statistics.ts';

/** What a run found; this is also the shape of the JSON file. */
export interface Report {
  readonly mode: string;
  /** How long the measuring took. */
  readonly seconds: number;
  readonly machine: Machine;
  readonly comparisons: readonly ComparisonSummary[];
  readonly goals: readonly GoalResult[];
}

const DISTURBED_PERCENT = 5;

/** The headings and rows of what was measured, for a table of any kind. */
export function tabulateComparisons(comparisons: readonly ComparisonSummary[]): string[][] {
  return [
    ['measured', 'unit', 'program', 'beside', 'beside it', 'ratio', 'rounds'],
    ...comparisons.map(({ name, unit, measured, base, ratio, rounds }) => [
      name,
      unit,
      renderSummary(measured),
      base.label,
      renderSummary(base),
      renderSummary(ratio),
      String(rounds),
    ]),
  ];
}

/** The headings and rows of the goals, for a table of any kind. */
export function tabulateGoals(goals: readonly GoalResult[]): string[][] {
  return [
    ['goal', 'measured', 'at most', 'unit', 'verdict'],
    ...goals.map(({ comparison, unit, atMost, measured, met }) => [
      comparison,
      measured === undefined ? 'not measured' : renderNumber(measured),
      renderNumber(atMost),
      unit,
      met ? 'met' : 'MISSED',
    ]),
  ];
}

/** What the figures were measured on, and what disturbed them. */
export function describeConditions({ machine, mode, seconds }: Report): string[] {
  const { node, processor, cores, memoryGibibytes, system, stolenPercent } = machine;
  const minutes = `${renderNumber(seconds / 60)} minutes`;
  return [
    `Node ${node}, ${cores} × ${processor}, ${memoryGibibytes} GiB, ${system}; ${mode} run of ${minutes}.`,
    ...(stolenPercent < DISTURBED_PERCENT
      ? []
      : [
          `Other machines on the same host took ${stolenPercent}% of the processor: read with care.`,
        ]),
  ];
}

/** The report for a person at a terminal. */
export function renderReport(report: Report): string {
  return [
    ...describeConditions(report),
    'Medians of the rounds, with minimum and maximum.',
    '',
    ...renderTable(tabulateComparisons(report.comparisons)),
    '',
    ...renderTable(tabulateGoals(report.goals)),
    '',
  ].join('\n');
}

/** Lines of a table whose columns are as wide as their widest cell. */
export function renderTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function renderSummary({ median, minimum, maximum }: Summary): string {
  return `${renderNumber(median)} (${renderNumber(minimum)} to ${renderNumber(maximum)})`;
}
