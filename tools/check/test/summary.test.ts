import { describe, expect, it } from 'vitest';

import { count, renderSummary } from '../src/summary.ts';

const report = {
  numPassedTests: 100,
  numFailedTests: 0,
  numPendingTests: 0,
};
const outcomes = [
  { name: 'format', passed: true, seconds: 1.2 },
  { name: 'tests', passed: true, seconds: 60 },
];

describe(count, () => {
  it('adds gates and tests', () => {
    expect(count(outcomes, report)).toEqual({ passed: 102, failed: 0, skipped: 0 });
  });

  it('counts what failed and what was skipped', () => {
    const failed = [{ ...outcomes[0]!, passed: false }, outcomes[1]!];

    expect(count(failed, { ...report, numFailedTests: 3, numPendingTests: 2 })).toEqual({
      passed: 101,
      failed: 4,
      skipped: 2,
    });
  });

  it('counts no tests where none ran', () => {
    const failed = [outcomes[0]!, { ...outcomes[1]!, passed: false }];

    expect(count(failed, undefined)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });
});

describe(renderSummary, () => {
  it('ends with the counts alone on a line', () => {
    const lines = renderSummary(outcomes, { passed: 102, failed: 1, skipped: 0 }).split('\n');

    expect(lines).toContain('passed      1 s  format');
    expect(lines.at(-1)).toBe('102 passed, 1 failed');
  });

  it('names what was skipped', () => {
    const text = renderSummary(outcomes, { passed: 1, failed: 0, skipped: 7 });

    expect(text.split('\n').at(-1)).toBe('1 passed, 0 failed, 7 skipped');
  });
});
