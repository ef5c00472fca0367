import { UsageError } from './command-line.ts';

/** The lines between which a document's part is written by a tool. */
export interface Markers {
  readonly begin: string;
  readonly end: string;
}

export class NoMarkersError extends UsageError {
  constructor({ begin, end }: Markers) {
    super(`The document needs the lines ${begin} and ${end}, in this order, once each.`);
  }
}

/** Replaces what stands between the markers. @throws NoMarkersError */
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
  const [heading = [], ...body] = cells;
  const widths = heading.map((_, column) =>
    Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const rule = widths.map((width) => '-'.repeat(width));
  const renderRow = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [heading, rule, ...body].map(renderRow).join('\n');
}

function escape(cell: string): string {
  return cell.replaceAll(/\s+/gu, ' ').replaceAll('|', '\\|').trim();
}
