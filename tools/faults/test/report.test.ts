import { NoMarkersError } from '@org/harness';
import { describe, expect, it } from 'vitest';

import { renderCounts, renderDocument, renderResult } from '../src/report.ts';

const checks = [
  { name: 'kills', measured: '20', goal: '20', met: true },
  { name: 'lost', measured: '1', goal: '0', met: false },
];
const result = { id: 'F1', title: 'a fault', seconds: 75, checks, passed: false };

describe(renderResult, () => {
  it('says what was measured and what is missed', () => {
    expect(renderResult(result)).toBe(
      'FAILED F1 a fault (75.0 s)\n  met    kills: 20; goal: 20\n  MISSED lost: 1; goal: 0\n',
    );
  });
});

describe(renderCounts, () => {
  it('counts what passed and what failed', () => {
    expect(renderCounts([result, { ...result, passed: true }])).toBe('1 passed, 1 failed\n');
  });
});

const run = { mode: 'quick', date: '2026-11-24', machine: 'a machine', mongodb: 'MongoDB 6' };
const documented = [
  {
    id: 'F1',
    title: 'a fault',
    seconds: 12,
    passed: false,
    checks: [{ name: 'kills', measured: '1 | 2\nlines', goal: '3', met: false }],
  },
];

describe(renderDocument, () => {
  it('replaces what stands between the markers and nothing else', () => {
    const document = '# Title\n\n<!-- faults:begin -->\nold\n<!-- faults:end -->\n\nThe end.\n';

    const replaced = renderDocument(document, run, documented);

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
    expect(renderDocument(replaced, run, documented)).toBe(replaced);
  });

  it.each([
    'no markers',
    '<!-- faults:begin --> only',
    '<!-- faults:end --><!-- faults:begin -->',
    '<!-- faults:begin --><!-- faults:end --><!-- faults:begin -->',
  ])('refuses a document with %j', (document) => {
    expect(() => renderDocument(document, run, documented)).toThrow(NoMarkersError);
  });
});
