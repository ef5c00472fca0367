import {
  renderMachine,
  renderMarkdownTable,
  replaceMarked,
  type Machine,
  type Summary,
} from '@org/harness';

import type { ComparisonSummary } from './comparison.ts';
import type { GoalResult } from './goals.ts';

export const MARKERS = { begin: '<!-- benchmark: begin -->', end: '<!-- benchmark: end -->' };

/** What a run found; this is also the shape of the JSON file. */
export interface Report {
  readonly mode: string;
  readonly seconds: number;
  /** With how much of the processor's time other machines on the same host took meanwhile. */
  readonly machine: Machine & { readonly stolenPercent: number };
  readonly comparisons: readonly ComparisonSummary[];
  readonly goals: readonly GoalResult[];
}

const DISTURBED_PERCENT = 5;

/** The document with the tables of a run, and a link to the plot, in its marked part. */
export function writeReport(document: string, plot: string, report: Report): string {
  const image = `![Each goal and what was measured of what it allows](${plot})`;
  const [conditions, goals, ...comparisons] = renderSections(report);
  const sections = [conditions, image, goals, ...comparisons];
  return replaceMarked(document, MARKERS, sections.join('\n\n'));
}

export function renderReport(report: Report): string {
  return `${renderSections(report).join('\n\n')}\n`;
}

/** Three significant digits, but no fewer than the whole part has. */
export function renderNumber(value: number): string {
  if (value === 0) {
    return '0';
  }
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function renderSections({ machine, mode, seconds, goals, comparisons }: Report): string[] {
  const { system, stolenPercent } = machine;
  const run = `${mode} run of ${renderNumber(seconds / 60)} minutes`;
  const warning = `Other machines on the same host took ${stolenPercent}% of the processor: read with care.`;
  const goalRows = goals.map(({ comparison, unit, atMost, measured, met }) => [
    ...[comparison, measured === undefined ? 'not measured' : renderNumber(measured)],
    ...[renderNumber(atMost), unit, met ? 'met' : 'MISSED'],
  ]);
  const comparisonRows = comparisons.map(({ name, unit, measured, base, ratio, rounds }) => [
    ...[name, unit, renderSummary(measured)],
    ...[base.label, renderSummary(base), renderSummary(ratio), String(rounds)],
  ]);
  return [
    `${renderMachine(machine)}, ${system}; ${run}.${stolenPercent < DISTURBED_PERCENT ? '' : ` ${warning}`}`,
    renderMarkdownTable([['goal', 'measured', 'at most', 'unit', 'verdict'], ...goalRows]),
    'Medians of the rounds, with minimum and maximum:',
    renderMarkdownTable([
      ['measured', 'unit', 'program', 'beside', 'beside it', 'ratio', 'rounds'],
      ...comparisonRows,
    ]),
  ];
}

function renderSummary({ median, minimum, maximum }: Summary): string {
  return `${renderNumber(median)} (${renderNumber(minimum)} to ${renderNumber(maximum)})`;
}
