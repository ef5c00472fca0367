import type { FaultResult } from '../run.ts';

const BEGIN = '<!-- faults:begin -->';
const END = '<!-- faults:end -->';

/** A document has no place for the results. */
export class NoMarkersError extends Error {
  constructor() {
    super(`The document needs the lines ${BEGIN} and ${END}, in this order, once each.`);
    this.name = new.target.name;
  }
}

export interface RunDescription {
  readonly mode: string;
  readonly date: string;
  readonly machine: string;
  readonly mongodb: string;
}

/**
 * Replaces what stands between the markers.
 *
 * @throws NoMarkersError
 */
export function replaceResults(
  document: string,
  run: RunDescription,
  results: readonly FaultResult[],
): string {
  const [before, rest, ...others] = document.split(BEGIN);
  const [between, after, ...more] = rest?.split(END) ?? [];
  if (before === undefined || between === undefined || after === undefined) {
    throw new NoMarkersError();
  }
  if (others.length > 0 || more.length > 0) {
    throw new NoMarkersError();
  }
  return `${before}${BEGIN}\n\n${renderResults(run, results)}\n${END}${after}`;
}

function renderResults(
  { mode, date, machine, mongodb }: RunDescription,
  results: readonly FaultResult[],
): string {
  const rows = results.flatMap(({ id, title, checks, passed }) => [
    [`**${id}**`, `**${title}**`, '', passed ? '**passed**' : '**failed**'],
    ...checks.map(({ name, measured, goal, met }) => [
      '',
      `${name}: ${measured}`,
      goal,
      met ? 'met' : 'missed',
    ]),
  ]);
  return [
    `A ${mode} run on ${date}: ${machine}, ${mongodb}.`,
    '',
    ...renderTable([['', 'Measured', 'Goal', ''], ...rows]),
    '',
  ].join('\n');
}

/** As prettier formats it, so that writing anew changes what was measured and nothing else. */
function renderTable(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map(escape));
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [heading = [], ...body] = cells;
  return [line(heading), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)];
}

function escape(cell: string): string {
  return cell.replaceAll(/\s+/gu, ' ').replaceAll('|', '\\|').trim();
}
