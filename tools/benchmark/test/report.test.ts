import { describe, expect, it } from 'vitest';

import { renderReport, renderTable, type Report } from '../src/report.ts';
import { makeSummary } from './make-summary.ts';

const MACHINE = { node: 'v24.0.0', processor: 'Any Processor', cores: 2, stolenPercent: 0 };

function render(changes: Partial<Report>): string {
  return renderReport({ mode: 'full', machine: MACHINE, comparisons: [], goals: [], ...changes });
}

describe(renderTable, () => {
  it('aligns columns by their widest cell', () => {
    expect(
      renderTable([
        ['', 'program', 'x'],
        ['cold start', '1', ''],
      ]),
    ).toEqual(['            program  x', 'cold start  1']);
  });

  it('is empty without rows', () => {
    expect(renderTable([])).toEqual([]);
  });
});

describe(renderReport, () => {
  it('has a row for each comparison, with spread', () => {
    const report = render({
      comparisons: [makeSummary('start', 1234.56), makeSummary('read', 0.5)],
    });
    expect(report).toContain('start  ms    1235 (1235 to 1235)     100 (100 to 100)');
    expect(report).toMatch(/^read .* 0\.500 \(0\.500 to 0\.500\)/m);
    expect(report).toContain('12.3 (12.3 to 12.3)');
  });

  it('names the machine, and what disturbed it only when something did', () => {
    expect(render({})).toContain('Node v24.0.0, 2 × Any Processor');
    expect(render({})).not.toContain('Other machines');
    expect(render({ machine: { ...MACHINE, stolenPercent: 30 } })).toContain('took 30%');
  });

  it('tells of each goal whether it is met', () => {
    const goal = { comparison: 'start', ratioAtMost: 1.5 };
    const report = render({
      goals: [
        { ...goal, ratio: 1.2, met: true },
        { ...goal, ratio: 1.75, met: false },
        { ...goal, ratio: undefined, met: false },
      ],
    });
    expect(report).toContain('met    start: 1.20 times, at most 1.5 times');
    expect(report).toContain('MISSED start: 1.75 times, at most 1.5 times');
    expect(report).toContain('MISSED start: not measured, at most 1.5 times');
  });
});
