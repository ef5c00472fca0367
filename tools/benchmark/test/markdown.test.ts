import { NoMarkersError } from '@org/harness';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';

import { writeReport } from '../src/report.ts';
import { makeGoalResult, makeReport, makeSummary } from './make-summary.ts';

const PLOT = 'performance.svg';
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
    const written = writeReport(DOCUMENT, PLOT, REPORT);
    expect(written).not.toContain('Old figures.');
    expect(written.startsWith('# Speed\n\nBefore.\n\n<!-- benchmark: begin -->\n\n')).toBe(true);
    expect(written.endsWith('\n\n<!-- benchmark: end -->\n\nAfter.\n')).toBe(true);
    expect(written).toMatch(/^\| start +\| 1\.20 +\| 1\.50 +\| times \| met +\|$/m);
    expect(written).toContain('](performance.svg)');
  });

  it('may be repeated', () => {
    const written = writeReport(DOCUMENT, PLOT, REPORT);
    expect(writeReport(written, PLOT, REPORT)).toBe(written);
  });

  it('writes what the formatter would write', async () => {
    const written = writeReport(DOCUMENT, PLOT, REPORT);
    await expect(format(written, { parser: 'markdown' })).resolves.toBe(written);
  });

  it.each([
    ['no marker', '# Speed\n'],
    ['no end', '<!-- benchmark: begin -->\n'],
    ['the end first', '<!-- benchmark: end -->\n<!-- benchmark: begin -->\n'],
  ])('refuses a document with %s', (_problem, document) => {
    expect(() => writeReport(document, PLOT, REPORT)).toThrow(NoMarkersError);
  });
});
