import { renderMarkdownTable, replaceMarked } from '@org/harness';

import { formatTime, type Check } from './faults/check.ts';

export const MARKERS = { begin: '<!-- faults:begin -->', end: '<!-- faults:end -->' };

export interface FaultResult {
  readonly id: string;
  readonly title: string;
  readonly seconds: number;
  readonly checks: readonly Check[];
  readonly passed: boolean;
}

export interface RunDescription {
  readonly mode: string;
  readonly date: string;
  readonly machine: string;
  readonly mongodb: string;
}

/** The document with the results between its markers. @throws NoMarkersError */
export function renderDocument(
  document: string,
  { mode, date, machine, mongodb }: RunDescription,
  results: readonly FaultResult[],
): string {
  const rows = results.flatMap(({ id, title, checks, passed }) => [
    [`**${id}**`, `**${title}**`, '', passed ? '**passed**' : '**failed**'],
    ...checks.map((check) => [
      '',
      `${check.name}: ${check.measured}`,
      check.goal,
      check.met ? 'met' : 'missed',
    ]),
  ]);
  const table = renderMarkdownTable([['', 'Measured', 'Goal', ''], ...rows]);
  const heading = `A ${mode} run on ${date}: ${machine}, ${mongodb}.`;
  return replaceMarked(document, MARKERS, `${heading}\n\n${table}`);
}

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

export function renderCounts(results: readonly FaultResult[]): string {
  const passed = results.filter((result) => result.passed).length;
  return `${passed} passed, ${results.length - passed} failed\n`;
}
