/** Where a command prints. */
export interface Output {
  write(text: string): void;
  writeError(text: string): void;
  /** Waits until what was written has gone where it belongs. */
  drain(): Promise<void>;
  /** Whether people see errors as they are written, and lines can be written over. */
  readonly isTerminal: boolean;
  /** Of the terminal that shows what is written, in characters; undefined: no terminal does. */
  readonly width: number | undefined;
}

export interface CommandResult {
  /** For scripts. */
  readonly data: unknown;
  /** For people; a table is made for the width of their terminal. */
  readonly text: string | ((width: number | undefined) => string);
  /** What else its audit record says, without personal data. */
  readonly recorded?: object;
  /** Whether the command has printed what it is for, so that this goes to the errors. */
  readonly isAside?: boolean;
  /** Whether it is not all done, which the exit code says. */
  readonly isPartial?: boolean;
}

/** Columns by heading; each returns a cell's text. */
export type Columns<Item> = Readonly<Record<string, (item: Item) => string>>;

const GAP = '  ';
/** No column is cut to less: an id with its type has room, as has the id of a request. */
const MINIMUM_CUT = 40;

export interface ItemPage<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** A page of a list as a table, and how to get the next one. */
export function pageResult<Item>(page: ItemPage<Item>, columns: Columns<Item>): CommandResult {
  const { items, nextCursor } = page;
  const more = nextCursor === null ? '' : `\nMore with: --cursor ${nextCursor}`;
  return { data: page, text: (width) => formatTable(items, columns, width) + more };
}

/** Text for people, with its fields for scripts. */
export function messageResult(text: string, data: object): CommandResult {
  return { data, text };
}

/** Something with parts of any depth: as JSON, for people, too. */
export function detailsResult(data: object): CommandResult {
  return { data, text: toPrintableJson(data, 2) };
}

/**
 * Whole, unless a terminal shows it.
 *
 * @param width of that terminal: the widest columns are cut, so that a row fits if it can
 */
export function formatTable<Item>(
  items: readonly Item[],
  columns: Columns<Item>,
  width = Number.POSITIVE_INFINITY,
): string {
  if (items.length === 0) {
    return 'None.';
  }
  const rows = items.map((item) => Object.values(columns).map((cell) => toPrintable(cell(item))));
  const table = [Object.keys(columns), ...rows];
  const widths = Object.keys(columns).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  const widest = findCut(widths, width);
  return table
    .map((row) =>
      row
        .map((cell, column) => cut(cell, widest).padEnd(Math.min(widths[column] ?? 0, widest)))
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

/** What the widest columns are cut to. */
function findCut(widths: readonly number[], available: number): number {
  const needed = (cut: number) =>
    widths.reduce((sum, width) => sum + Math.min(width, cut), GAP.length * (widths.length - 1));
  let cut = Math.max(...widths);
  while (cut > MINIMUM_CUT && needed(cut) > available) {
    cut -= 1;
  }
  return cut;
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

/** Some texts come from clients: a terminal must not interpret them as control sequences. */
export function toPrintable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}

/** JSON for programs and terminals. JSON.stringify itself escapes the control characters of ASCII. */
export function toPrintableJson(data: unknown, indentation?: number): string {
  return JSON.stringify(data, undefined, indentation).replaceAll(
    /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => character.split('').map(escapeUnit).join(''),
  );
}

/** JSON escapes units of UTF-16, of which a character may have two. */
function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
