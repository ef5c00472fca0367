import { pairedRatios, summarize, type Summary } from './statistics.ts';

/** One quantity of the program and of its limit, sampled round by round, side by side. */
export interface Comparison {
  /** Unique in a run; goals refer to it. */
  readonly name: string;
  readonly unit: string;
  readonly program: readonly number[];
  readonly limit: readonly number[];
}

/** A comparison with its samples summed up. */
export interface ComparisonSummary {
  readonly name: string;
  readonly unit: string;
  readonly rounds: number;
  readonly program: Summary;
  readonly limit: Summary;
  /** The program's sample divided by the limit's of the same round. */
  readonly ratio: Summary;
}

export function summarizeComparison(comparison: Comparison): ComparisonSummary {
  const { name, unit, program, limit } = comparison;
  return {
    name,
    unit,
    rounds: program.length,
    program: summarize(program),
    limit: summarize(limit),
    ratio: summarize(pairedRatios(program, limit)),
  };
}
