/** Where a command prints. */
export interface Output {
  write(text: string): void;
  writeError(text: string): void;
  /** Waits until what was written has gone where it belongs. */
  drain(): Promise<void>;
  /** Whether people see errors as they are written, and lines can be written over. */
  readonly isTerminal: boolean;
}

export interface CommandResult {
  /** For scripts. */
  readonly data: unknown;
  /** For people. */
  readonly text: string;
  /** What else its audit record says, without personal data. */
  readonly recorded?: object;
  /** Whether the command has printed what it is for, so that this goes to the errors. */
  readonly isAside?: boolean;
}

/** Columns by heading; each returns a cell's text. */
export type Columns<Item> = Readonly<Record<string, (item: Item) => string>>;

const MAXIMUM_CELL_WIDTH = 60;

export interface ItemPage<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** A page of a list as a table, and how to get the next one. */
export function pageResult<Item>(page: ItemPage<Item>, columns: Columns<Item>): CommandResult {
  const { items, nextCursor } = page;
  const table = items.length === 0 ? 'None.' : formatTable(items, columns);
  const more = nextCursor === null ? '' : `\nMore with: --cursor ${nextCursor}`;
  return { data: page, text: table + more };
}

/** Text for people, with its fields for scripts. */
export function messageResult(text: string, data: object): CommandResult {
  return { data, text };
}

/** Something with parts of any depth: as JSON, for people, too. */
export function detailsResult(data: object): CommandResult {
  return { data, text: escapeControls(JSON.stringify(data, undefined, 2)) };
}

function formatTable<Item>(items: readonly Item[], columns: Columns<Item>): string {
  const headings = Object.keys(columns);
  const rows = items.map((item) => Object.values(columns).map((cell) => toPrintable(cell(item))));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [headings, ...rows]
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Some texts come from clients: a terminal must not interpret them as control sequences. */
function toPrintable(text: string): string {
  const escaped = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escapeCharacter);
  return escaped.length > MAXIMUM_CELL_WIDTH
    ? `${escaped.slice(0, MAXIMUM_CELL_WIDTH - 1)}…`
    : escaped;
}

/** JSON has escaped the control characters of ASCII; its line breaks are its layout. */
function escapeControls(json: string): string {
  return json.replaceAll(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`;
}
