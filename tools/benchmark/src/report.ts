import type { ComparisonSummary } from './comparison.ts';
import type { GoalResult } from './goals.ts';
import type { Machine } from './machine.ts';
import type { Summary } from './statistics.ts';

/** What a run found; this is also the shape of the JSON file. */
export interface Report {
  readonly mode: string;
  readonly machine: Machine;
  readonly comparisons: readonly ComparisonSummary[];
  readonly goals: readonly GoalResult[];
}

const HEADINGS = ['', 'unit', 'program', 'limit', 'program / limit'];
const DISTURBED_PERCENT = 5;

/** The report for a person at a terminal. */
export function renderReport({ machine, comparisons, goals }: Report): string {
  const { node, processor, cores, stolenPercent } = machine;
  const rows = comparisons.map(({ name, unit, program, limit, ratio }) => [
    name,
    unit,
    ...[program, limit, ratio].map(renderSummary),
  ]);
  return [
    `Node ${node}, ${cores} × ${processor}; median (minimum to maximum)`,
    ...(stolenPercent < DISTURBED_PERCENT
      ? []
      : [
          `Other machines on the same host took ${stolenPercent}% of the processor: read with care.`,
        ]),
    '',
    ...renderTable([HEADINGS, ...rows]),
    '',
    ...goals.map(renderGoal),
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

/** Three significant digits, but no fewer than the whole part has. */
function renderNumber(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function renderGoal({ comparison, ratio, ratioAtMost, met }: GoalResult): string {
  const measured = ratio === undefined ? 'not measured' : `${renderNumber(ratio)} times`;
  return `${met ? 'met   ' : 'MISSED'} ${comparison}: ${measured}, at most ${ratioAtMost} times`;
}
