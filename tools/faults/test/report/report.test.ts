import { describe, expect, it } from 'vitest';

import { renderCounts, renderResult } from '../../src/report/report.ts';

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
