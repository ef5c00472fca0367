import { summarizeComparison, type ComparisonSummary } from '../src/comparison.ts';
import type { GoalResult } from '../src/goals.ts';
import type { Report } from '../src/report.ts';

/** A comparison of one round in which the program took `measured` and the limit 100. */
export function makeSummary(name: string, measured: number): ComparisonSummary {
  const base = { label: 'limit', samples: [100] };
  return summarizeComparison({ name, unit: 'ms', measured: [measured], base });
}

/** A goal of at most 1.5 times. */
export function makeGoalResult(changes: Partial<GoalResult> = {}): GoalResult {
  return { comparison: 'start', unit: 'times', atMost: 1.5, measured: 1.2, met: true, ...changes };
}

export const MACHINE: Report['machine'] = {
  node: 'v24.0.0',
  processor: 'Any Processor',
  cores: 2,
  memoryGibibytes: 8,
  system: 'Linux 6.1',
  stolenPercent: 0,
};

export function makeReport(changes: Partial<Report> = {}): Report {
  return { mode: 'full', seconds: 480, machine: MACHINE, comparisons: [], goals: [], ...changes };
}
