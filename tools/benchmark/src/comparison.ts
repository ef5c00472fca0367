import { pairedRatios, summarize, type Summary } from '@org/harness';

/** One quantity, sampled round by round beside what it is held against. */
export interface Comparison {
  /** Unique in a run; goals refer to it. */
  readonly name: string;
  readonly unit: string;
  readonly measured: readonly number[];
  readonly base: Base;
}

/** What a quantity is held against, most often the limit. */
export interface Base {
  readonly label: string;
  readonly samples: readonly number[];
}

/** A comparison with its samples summed up. */
export interface ComparisonSummary {
  readonly name: string;
  readonly unit: string;
  readonly rounds: number;
  readonly measured: Summary;
  readonly base: Summary & { readonly label: string };
  /** The measured sample divided by the base's of the same round. */
  readonly ratio: Summary;
}

export function summarizeComparison(comparison: Comparison): ComparisonSummary {
  const { name, unit, measured, base } = comparison;
  return {
    name,
    unit,
    rounds: measured.length,
    measured: summarize(measured),
    base: { label: base.label, ...summarize(base.samples) },
    ratio: summarize(pairedRatios(measured, base.samples)),
  };
}
