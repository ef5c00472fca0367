import type { Mode } from './arguments.ts';
import type { ComparisonSummary } from './comparison.ts';

/** The most that the program may take, as a multiple of what its limit takes. */
export interface Goal {
  /** Name of the comparison whose median ratio is judged. */
  readonly comparison: string;
  /** Quick runs have few samples, so they forgive more. */
  readonly ratioAtMost: Readonly<Record<Mode, number>>;
}

/** Every goal that `--check` holds the program to. */
export const GOALS: readonly Goal[] = [
  { comparison: 'cold start, built', ratioAtMost: { full: 1.5, quick: 2 } },
];

/** A goal that was judged. */
export interface GoalResult {
  readonly comparison: string;
  readonly ratioAtMost: number;
  /** Undefined when nothing was measured for it, which counts as a miss. */
  readonly ratio: number | undefined;
  readonly met: boolean;
}

/** Judges every goal by what was measured. */
export function checkGoals(
  goals: readonly Goal[],
  summaries: readonly ComparisonSummary[],
  mode: Mode,
): GoalResult[] {
  return goals.map(({ comparison, ratioAtMost }) => {
    const ratio = summaries.find(({ name }) => name === comparison)?.ratio.median;
    const atMost = ratioAtMost[mode];
    return { comparison, ratioAtMost: atMost, ratio, met: ratio !== undefined && ratio <= atMost };
  });
}
