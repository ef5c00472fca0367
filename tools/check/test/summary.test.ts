import { inWorkspace } from '@org/harness';
import { describe, expect, it } from 'vitest';

import { count, renderSummary } from '../src/summary.ts';

const report = {
  numPassedTests: 100,
  numFailedTests: 0,
  numPendingTests: 0,
  testResults: [],
};
const outcomes = [
  { name: 'format', passed: true, seconds: 1.2, output: '' },
  { name: 'tests', passed: true, seconds: 60, output: 'a\nb\n' },
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
    const lines = renderSummary(outcomes, report).split('\n');

    expect(lines).toContain('passed      1 s  format');
    expect(lines.at(-1)).toBe('102 passed, 0 failed');
  });

  it('names what was skipped', () => {
    const text = renderSummary(outcomes, { ...report, numPendingTests: 7 });

    expect(text.split('\n').at(-1)).toBe('102 passed, 0 failed, 7 skipped');
  });

  it('names what failed, and why, at the end, where it is seen', () => {
    const failed = {
      fullName: 'a test',
      status: 'failed',
      failureMessages: ['Error: \u001B[31mred\u001B[39m\n    at somewhere'],
    };
    const passed = { fullName: 'another test', status: 'passed', failureMessages: [] };
    const text = renderSummary([outcomes[0]!, { ...outcomes[1]!, passed: false }], {
      ...{ numPassedTests: 1, numFailedTests: 1, numPendingTests: 0 },
      testResults: [
        {
          name: inWorkspace('x.ts'),
          status: 'failed',
          message: '',
          assertionResults: [passed, failed],
        },
        {
          name: 'y.ts',
          status: 'failed',
          message: 'Failed with 1 error:\n\nno such module\nmore',
          assertionResults: [],
        },
        { name: 'hook.ts', status: 'failed', message: '', assertionResults: [] },
        { name: 'z.ts', status: 'passed', message: '', assertionResults: [passed] },
      ],
    });

    expect(text.split('\n').slice(-12)).toEqual([
      ...['FAILED  x.ts: a test', '  Error: red', '      at somewhere'],
      ...['FAILED  y.ts', '  Failed with 1 error:', '  no such module'],
      ...['FAILED  hook.ts', '  A hook failed; see above.'],
      ...['The end of tests:', 'a', 'b'],
      '2 passed, 2 failed',
    ]);
  });

  it('shows eight failed tests, and how many more there are', () => {
    const assertionResults = Array.from({ length: 10 }, (_, index) => ({
      ...{ fullName: `test ${index} ${'long '.repeat(100)}`, status: 'failed' },
      failureMessages: null,
    }));
    const file = { name: 'x.ts', status: 'failed', message: '', assertionResults };
    const lines = renderSummary(outcomes, { ...report, testResults: [file] }).split('\n');

    expect(lines.filter((line) => line.startsWith('FAILED'))).toHaveLength(8);
    expect(Math.max(...lines.map(({ length }) => length))).toBe(241);
    expect(lines.at(-2)).toBe('and 2 more');
  });
});
