/** A text of a file that occurs once, and what takes its place; an empty one stands for a new file. */
export type Edit = readonly [path: string, text: string, replacement: string];

/** A change that products make, with all that is typed by hand. */
export interface Recipe {
  readonly name: string;
  /** How many files it may touch beside tests; docs/architecture.md names them. */
  readonly maximumFiles: number;
  readonly edits: readonly Edit[];
}

/**
 * The text of a file after an edit.
 *
 * @throws Error if the text that is to be replaced does not occur exactly once
 */
export function applyEdit(before: string, [path, text, replacement]: Edit): string {
  if (text === '') {
    return replacement;
  }
  const times = before.split(text).length - 1;
  if (times !== 1) {
    throw new Error(`${path} has ${times} times: ${text}`);
  }
  return before.replace(text, () => replacement);
}

/**
 * How many files a recipe touches beside tests.
 *
 * @throws Error if that is more than it may
 */
export function countFiles({ edits, maximumFiles }: Recipe): number {
  const paths = edits.map(([path]) => path).filter((path) => !path.includes('/test/'));
  const { size } = new Set(paths);
  if (size > maximumFiles) {
    throw new Error(`${size} files, but it may touch ${maximumFiles}`);
  }
  return size;
}
