import { pairedRatios, summarize } from '@org/harness';

/** One quantity, sampled round by round beside what it is held against. */
export interface Comparison {
  /** Unique in a run; goals refer to it. */
  readonly name: string;
  readonly unit: string;
  readonly measured: readonly number[];
  /** What it is held against, most often the limit. */
  readonly base: { readonly label: string; readonly samples: readonly number[] };
}

export type ComparisonSummary = Readonly<ReturnType<typeof summarizeComparison>>;

/** Sums up the samples of a comparison. */
export function summarizeComparison({ name, unit, measured, base }: Comparison) {
  return {
    name,
    unit,
    rounds: measured.length,
    measured: summarize(measured),
    base: { label: base.label, ...summarize(base.samples) },
    /** The measured sample divided by the base's of the same round. */
    ratio: summarize(pairedRatios(measured, base.samples)),
  };
}
