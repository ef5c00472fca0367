import { renderMarkdownTable, replaceMarked } from '@org/harness';

/** What something takes, as a document tells it. */
export interface Figure {
  readonly name: string;
  readonly lines: number;
  readonly seconds: number;
}

export interface FiguresTable {
  /** Names the table in its document: it stands between `<!-- <id> -->` and `<!-- end of <id> -->`. */
  readonly id: string;
  readonly heading: readonly [name: string, lines: string, seconds: string];
}

/** The document with these figures. */
export function writeFigures(
  document: string,
  { id, heading }: FiguresTable,
  figures: readonly Figure[],
): string {
  const rows = figures.map(({ name, lines, seconds }) => {
    return [name, String(lines), seconds.toFixed(seconds < 10 ? 2 : 0)];
  });
  const markers = { begin: `<!-- ${id} -->`, end: `<!-- end of ${id} -->` };
  return replaceMarked(document, markers, renderMarkdownTable([[...heading], ...rows]));
}

/** Whether two versions of a document tell the same but for seconds, which are never the same twice. */
export function tellsSameLines(one: string, other: string): boolean {
  return withoutSeconds(one) === withoutSeconds(other);
}

function withoutSeconds(document: string): string {
  return document.replaceAll(/\| *[\d.]+ *\|$/gm, '|');
}
