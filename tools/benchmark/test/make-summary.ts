import { summarizeComparison, type ComparisonSummary } from '../src/comparison.ts';

/** A comparison of one round in which the program took `program` and its limit 100. */
export function makeSummary(name: string, program: number): ComparisonSummary {
  return summarizeComparison({ name, unit: 'ms', program: [program], limit: [100] });
}
