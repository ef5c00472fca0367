import { describe, expect, it } from 'vitest';

import { renderReport } from '../src/report.ts';
import { MACHINE, makeGoalResult, makeReport, makeSummary } from './make-summary.ts';

describe(renderReport, () => {
  it('has a row for each comparison, with spread', () => {
    const report = renderReport(
      makeReport({ comparisons: [makeSummary('start', 1234.56), makeSummary('read', 0.5)] }),
    );
    expect(report).toMatch(
      /^\| start +\| ms +\| 1235 \(1235 to 1235\) +\| limit +\| 100 \(100 to 100\) +\| 12\.3/m,
    );
    expect(report).toMatch(/^\| read .* 0\.500 \(0\.500 to 0\.500\)/m);
  });

  it('names the machine, and what disturbed it only when something did', () => {
    const quiet = renderReport(makeReport());
    expect(quiet).toContain(
      'Node v24.0.0, 2 × Any Processor, 8 GiB, Linux 6.1; full run of 8.00 minutes.',
    );
    expect(quiet).not.toContain('Other machines');
    const disturbed = makeReport({ machine: { ...MACHINE, stolenPercent: 30 } });
    expect(renderReport(disturbed)).toContain('took 30%');
  });

  it('tells of each goal whether it is met', () => {
    const report = renderReport(
      makeReport({
        goals: [
          makeGoalResult(),
          makeGoalResult({ comparison: 'read', measured: 1.75, met: false }),
          makeGoalResult({ comparison: 'write', measured: undefined, met: false }),
        ],
      }),
    );
    expect(report).toMatch(/^\| start +\| 1\.20 +\| 1\.50 +\| times \| met +\|$/m);
    expect(report).toMatch(/^\| read +\| 1\.75 +\| 1\.50 +\| times \| MISSED +\|$/m);
    expect(report).toMatch(/^\| write +\| not measured +\| 1\.50 +\| times \| MISSED +\|$/m);
  });
});
