import { UsageError } from './command-line.ts';

/** The lines between which a document's part is written by a tool. */
export interface Markers {
  readonly begin: string;
  readonly end: string;
}

/** A document has no place for the results. */
export class NoMarkersError extends UsageError {
  constructor({ begin, end }: Markers) {
    super(`The document needs the lines ${begin} and ${end}, in this order, once each.`);
  }
}

/**
 * Replaces what stands between the markers.
 *
 * @throws NoMarkersError
 */
export function replaceMarked(document: string, markers: Markers, content: string): string {
  const { begin, end } = markers;
  const [before, rest, ...others] = document.split(begin);
  const [between, after, ...more] = rest?.split(end) ?? [];
  const isMarked = between !== undefined && after !== undefined;
  if (before === undefined || !isMarked || others.length + more.length > 0) {
    throw new NoMarkersError(markers);
  }
  return `${before}${begin}\n\n${content}\n\n${end}${after}`;
}

/** A table as prettier formats it, so that writing it again changes only what was measured. */
export function renderMarkdownTable(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(escape));
  const widths = columnWidths(cells).map((width) => Math.max(width, 3));
  const line = (row: readonly string[]): string => `| ${pad(row, widths).join(' | ')} |`;
  const [heading = [], ...body] = cells;
  const rule = widths.map((width) => '-'.repeat(width));
  return [heading, rule, ...body].map(line).join('\n');
}

/** Lines of a table for a terminal, whose columns are as wide as their widest cell. */
export function renderTable(rows: readonly (readonly string[])[]): string[] {
  const widths = columnWidths(rows);
  return rows.map((row) => pad(row, widths).join('  ').trimEnd());
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const [heading = []] = rows;
  return heading.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
}

function pad(row: readonly string[], widths: readonly number[]): string[] {
  return row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
}

function escape(cell: string): string {
  return cell.replaceAll(/\s+/gu, ' ').replaceAll('|', '\\|').trim();
}
