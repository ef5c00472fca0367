import {
  renderMachine,
  renderMarkdownTable,
  renderTable,
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
  /** How long the measuring took. */
  readonly seconds: number;
  /** With how much of the processor's time other machines on the same host took meanwhile. */
  readonly machine: Machine & { readonly stolenPercent: number };
  readonly comparisons: readonly ComparisonSummary[];
  readonly goals: readonly GoalResult[];
}

const DISTURBED_PERCENT = 5;

/**
 * The document with the tables of a run in its marked part, instead of what was there.
 *
 * @param plot where the plot is, as a link in the document
 * @throws NoMarkersError if there is no marked part
 */
export function writeReport(document: string, plot: string, report: Report): string {
  const sections = [
    renderConditions(report).join(' '),
    `![Each goal and what was measured of what it allows](${plot})`,
    renderMarkdownTable(tabulateGoals(report.goals)),
    'Medians of the rounds, with minimum and maximum:',
    renderMarkdownTable(tabulateComparisons(report.comparisons)),
  ];
  return replaceMarked(document, MARKERS, sections.join('\n\n'));
}

/** The report for a person at a terminal. */
export function renderReport(report: Report): string {
  return [
    ...renderConditions(report),
    'Medians of the rounds, with minimum and maximum.',
    '',
    ...renderTable(tabulateComparisons(report.comparisons)),
    '',
    ...renderTable(tabulateGoals(report.goals)),
    '',
  ].join('\n');
}

/** Three significant digits, but no fewer than the whole part has. */
export function renderNumber(value: number): string {
  if (value === 0) {
    return '0';
  }
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** The headings and rows of what was measured, for a table of any kind. */
function tabulateComparisons(comparisons: readonly ComparisonSummary[]): string[][] {
  return [
    ['measured', 'unit', 'program', 'beside', 'beside it', 'ratio', 'rounds'],
    ...comparisons.map(({ name, unit, measured, base, ratio, rounds }) => [
      ...[name, unit, renderSummary(measured)],
      ...[base.label, renderSummary(base), renderSummary(ratio), String(rounds)],
    ]),
  ];
}

function tabulateGoals(goals: readonly GoalResult[]): string[][] {
  return [
    ['goal', 'measured', 'at most', 'unit', 'verdict'],
    ...goals.map(({ comparison, unit, atMost, measured, met }) => [
      ...[comparison, measured === undefined ? 'not measured' : renderNumber(measured)],
      ...[renderNumber(atMost), unit, met ? 'met' : 'MISSED'],
    ]),
  ];
}

/** What the figures were measured on, and what disturbed them. */
function renderConditions({ machine, mode, seconds }: Report): string[] {
  const { system, stolenPercent } = machine;
  const run = `${mode} run of ${renderNumber(seconds / 60)} minutes`;
  const conditions = `${renderMachine(machine)}, ${system}; ${run}.`;
  return stolenPercent < DISTURBED_PERCENT
    ? [conditions]
    : [
        conditions,
        `Other machines on the same host took ${stolenPercent}% of the processor: read with care.`,
      ];
}

function renderSummary({ median, minimum, maximum }: Summary): string {
  return `${renderNumber(median)} (${renderNumber(minimum)} to ${renderNumber(maximum)})`;
}
