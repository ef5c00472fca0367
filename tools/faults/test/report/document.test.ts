import { describe, expect, it } from 'vitest';

import { NoMarkersError, replaceResults } from '../../src/report/document.ts';

const run = { mode: 'quick', date: '2026-11-24', machine: 'a machine', mongodb: 'MongoDB 6' };
const results = [
  {
    id: 'F1',
    title: 'a fault',
    seconds: 12,
    passed: false,
    checks: [{ name: 'kills', measured: '1 | 2\nlines', goal: '3', met: false }],
  },
];

describe(replaceResults, () => {
  it('replaces what stands between the markers and nothing else', () => {
    const document = '# Title\n\n<!-- faults:begin -->\nold\n<!-- faults:end -->\n\nThe end.\n';

    const replaced = replaceResults(document, run, results);

    expect(replaced).toBe(
      [
        '# Title',
        '',
        '<!-- faults:begin -->',
        '',
        'A quick run on 2026-11-24: a machine, MongoDB 6.',
        '',
        '|        | Measured            | Goal |            |',
        '| ------ | ------------------- | ---- | ---------- |',
        '| **F1** | **a fault**         |      | **failed** |',
        String.raw`|        | kills: 1 \| 2 lines | 3    | missed     |`,
        '',
        '<!-- faults:end -->',
        '',
        'The end.',
        '',
      ].join('\n'),
    );
    expect(replaceResults(replaced, run, results)).toBe(replaced);
  });

  it.each([
    'no markers',
    '<!-- faults:begin --> only',
    '<!-- faults:end --><!-- faults:begin -->',
    '<!-- faults:begin --><!-- faults:end --><!-- faults:begin -->',
  ])('refuses a document with %j', (document) => {
    expect(() => replaceResults(document, run, results)).toThrow(NoMarkersError);
  });
});
