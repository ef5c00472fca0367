import { describeConditions, tabulateComparisons, tabulateGoals, type Report } from './report.ts';

const BEGIN = '<!-- benchmark: begin -->';
const END = '<!-- benchmark: end -->';

/** The document has no place for the tables. */
export class NoMarkersError extends Error {
  constructor(file: string) {
    super(`${file} has no line "${BEGIN}" followed by a line "${END}".`);
    this.name = new.target.name;
  }
}

/** @throws NoMarkersError when there is no marked part */
export function assertMarked(document: string, file: string): void {
  splitAtMarkers(document, file);
}

/**
 * The document with the tables of a run in its marked part, instead of what was there.
 *
 * @param plot where the plot is, as a link in the document
 * @throws NoMarkersError when there is no marked part
 */
export function writeReport(
  document: string,
  { file, plot }: { readonly file: string; readonly plot: string },
  report: Report,
): string {
  const { before, after } = splitAtMarkers(document, file);
  const { comparisons, goals } = report;
  const sections = [
    describeConditions(report).join(' '),
    `![Each goal and what was measured of what it allows](${plot})`,
    renderMarkdownTable(tabulateGoals(goals)).join('\n'),
    'Medians of the rounds, with minimum and maximum:',
    renderMarkdownTable(tabulateComparisons(comparisons)).join('\n'),
  ];
  return `${before}${BEGIN}\n\n${sections.join('\n\n')}\n\n${END}${after}`;
}

/** Lines of a table as prettier would write it. */
export function renderMarkdownTable(rows: readonly (readonly string[])[]): string[] {
  const [headings = [], ...others] = rows.map((row) =>
    row.map((cell) => cell.replaceAll('|', '\\|')),
  );
  const widths = headings.map((heading, column) =>
    Math.max(3, heading.length, ...others.map((row) => row[column]?.length ?? 0)),
  );
  const toLine = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [
    toLine(headings),
    toLine(widths.map((width) => '-'.repeat(width))),
    ...others.map(toLine),
  ];
}

function splitAtMarkers(document: string, file: string): { before: string; after: string } {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END, begin);
  if (begin === -1 || end === -1) {
    throw new NoMarkersError(file);
  }
  return { before: document.slice(0, begin), after: document.slice(end + END.length) };
}
