import type { Tree } from '@nx/devkit';

/**
 * Inserts lines before the line that holds a marker and nothing else, indented as it is.
 *
 * @throws Error when the file has lost its marker
 */
export function insertBefore(
  tree: Tree,
  path: string,
  marker: string,
  lines: readonly string[],
): void {
  const source = tree.read(path, 'utf-8') ?? '';
  const markerLine = source.split('\n').find((line) => line.trim() === marker);
  if (markerLine === undefined) {
    throw new Error(`${path} has lost its line "${marker}", before which a new module is added.`);
  }
  const indentation = markerLine.slice(0, markerLine.indexOf(marker));
  const inserted = lines.map((line) => `${indentation}${line}\n`).join('');
  tree.write(
    path,
    source.replace(`${markerLine}\n`, () => `${inserted}${markerLine}\n`),
  );
}
