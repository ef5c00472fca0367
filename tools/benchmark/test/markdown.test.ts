import { format } from 'prettier';
import { describe, expect, it } from 'vitest';

import { NoMarkersError, renderMarkdownTable, writeReport } from '../src/markdown.ts';
import { makeGoalResult, makeReport, makeSummary } from './make-summary.ts';

const FILES = { file: 'performance.md', plot: 'performance.svg' };
const DOCUMENT = `# Speed

Before.

<!-- benchmark: begin -->

Old figures.

<!-- benchmark: end -->

After.
`;
const REPORT = makeReport({ comparisons: [makeSummary('start', 120)], goals: [makeGoalResult()] });

describe(writeReport, () => {
  it('replaces what stands between the markers and nothing else', () => {
    const written = writeReport(DOCUMENT, FILES, REPORT);
    expect(written).not.toContain('Old figures.');
    expect(written.startsWith('# Speed\n\nBefore.\n\n<!-- benchmark: begin -->\n\n')).toBe(true);
    expect(written.endsWith('\n\n<!-- benchmark: end -->\n\nAfter.\n')).toBe(true);
    expect(written).toMatch(/^\| start +\| 1\.20 +\| 1\.50 +\| times \| met +\|$/m);
    expect(written).toContain('](performance.svg)');
  });

  it('may be repeated', () => {
    const written = writeReport(DOCUMENT, FILES, REPORT);
    expect(writeReport(written, FILES, REPORT)).toBe(written);
  });

  it('writes what the formatter would write', async () => {
    const written = writeReport(DOCUMENT, FILES, REPORT);
    await expect(format(written, { parser: 'markdown' })).resolves.toBe(written);
  });

  it.each([
    ['no marker', '# Speed\n'],
    ['no end', '<!-- benchmark: begin -->\n'],
    ['the end first', '<!-- benchmark: end -->\n<!-- benchmark: begin -->\n'],
  ])('refuses a document with %s', (_problem, document) => {
    expect(() => writeReport(document, FILES, REPORT)).toThrow(NoMarkersError);
  });
});

describe(renderMarkdownTable, () => {
  it('keeps a bar in a cell from ending it', () => {
    expect(renderMarkdownTable([['a'], ['x | y']])).toEqual([
      '| a      |',
      '| ------ |',
      '| x \\| y |',
    ]);
  });
});
