import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

import { UsageError, type Arguments } from './arguments.ts';
import { assertMarked, writeReport } from './markdown.ts';
import { renderPlot } from './plot.ts';
import type { Report } from './report.ts';

type Files = Pick<Arguments, 'json' | 'svg' | 'write'>;

/**
 * Minutes of measuring should not end with a file that cannot be written.
 *
 * @throws UsageError for such a file
 * @throws NoMarkersError for a Markdown file without a marked part
 */
export function assertWritable({ json, svg, write }: Files): void {
  for (const [option, file] of Object.entries({ json, svg })) {
    tryFile(option, file, (path) => accessSync(dirname(resolve(path)), constants.W_OK));
  }
  tryFile('write', write, (path) => accessSync(path, constants.R_OK | constants.W_OK));
  if (write !== undefined) {
    assertMarked(readFileSync(write, 'utf8'), write);
  }
}

/** Writes the files that were asked for. */
export function writeFiles({ json, svg, write }: Files, report: Report): void {
  if (json !== undefined) {
    writeFileSync(json, `${JSON.stringify(report, undefined, 2)}\n`);
  }
  if (svg !== undefined) {
    writeFileSync(svg, renderPlot(report.goals));
  }
  if (write !== undefined) {
    const plot = write.replace(/(\.md)?$/, '.svg');
    writeFileSync(plot, renderPlot(report.goals));
    const document = readFileSync(write, 'utf8');
    writeFileSync(write, writeReport(document, { file: write, plot: basename(plot) }, report));
  }
}

function tryFile(option: string, file: string | undefined, access: (file: string) => void): void {
  if (file === undefined) {
    return;
  }
  try {
    access(file);
  } catch (error) {
    throw new UsageError(
      `--${option} cannot write to ${file}: it or its folder is missing or read-only`,
      error,
    );
  }
}
