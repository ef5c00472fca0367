import type { ByMode, Mode } from '@org/harness';

import type { ComparisonSummary } from './comparison.ts';

/** How a comparison is judged. */
export type Measure =
  /** By the median of the ratios to the base. */
  | 'ratio'
  /** By its own median, in its own unit. */
  | 'value'
  /** By how far apart the two medians are, as a part of the base; the milliseconds are allowed anyway. */
  | { readonly differenceOrMilliseconds: number };

/** The most that a comparison may come to. */
export interface Goal {
  /** Name of the comparison that is judged. */
  readonly comparison: string;
  readonly measure: Measure;
  /**
   * Quick runs have few samples, on a machine that may do other things: they notice what has become
   * several times as expensive, and no more. Undefined: not judged in that mode.
   */
  readonly atMost: ByMode<number | undefined>;
}

const SAME_TIME = { differenceOrMilliseconds: 5 } as const;

/** Every goal that `--check` holds the program to. */
export const GOALS: readonly Goal[] = [
  ratioGoal('cold start, built to one file', 0.9, undefined),
  // What the first slice promised; the goal above came later and is stricter.
  ratioGoal('cold start, built to one file', 1.5, 3),
  ratioGoal('read own account, server CPU', 1.25, 4),
  ratioGoal('update profile, server CPU', 1.6, 8),
  ratioGoal('update profile, mongod CPU', 2.2, 6),
  ratioGoal('login, server CPU', 1.1, 2),
  ratioGoal('create account, server CPU', 1.1, 2),
  ratioGoal('reads while logins storm, p99 of the reads', 0.75, 5),
  ratioGoal('memory, idle', 1.3, 2.5),
  ratioGoal('memory, after load', 1.2, 2.5),
  ratioGoal('reads by number of accounts, 20,000 accounts, median answer', undefined, 5),
  ratioGoal('reads by number of accounts, 100,000 accounts, median answer', 1.15, undefined),
  ratioGoal('reads by number of accounts, 1,000,000 accounts, median answer', 1.15, undefined),
  ratioGoal('e-mail provider hangs, p95 of the API', 1.1, 20),
  ...[
    'login, wrong password',
    'login, deleted account',
    'login, phone-only account',
    'login, empty username',
    'login with an empty password, known user',
    'login with a password of 128 characters, known user',
    'login with a password of many marks, known user',
    'login with a password that grows, known user',
    'login with a password of 60 KB, known user',
    'password reset, known username',
  ].map((name) => ({
    comparison: `same time, ${name}`,
    measure: SAME_TIME,
    atMost: { full: 0.1, quick: 3 },
  })),
  {
    comparison: 'token verification, remembered',
    measure: 'value',
    atMost: { full: 20, quick: 200 },
  },
];

function ratioGoal(comparison: string, full: number | undefined, quick: number | undefined): Goal {
  return { comparison, measure: 'ratio', atMost: { full, quick } };
}

/** A goal that was judged. Measured and allowed are in the same unit. */
export interface GoalResult {
  readonly comparison: string;
  /** `times`, `ms apart`, or the unit of the comparison. */
  readonly unit: string;
  readonly atMost: number;
  /** Undefined when nothing was measured for it, which counts as a miss. */
  readonly measured: number | undefined;
  readonly met: boolean;
}

/**
 * Judges goals by what was measured.
 *
 * @param isMeasured tells whether a comparison was to be measured at all; the goals of others are
 *   left out
 */
export function checkGoals(
  goals: readonly Goal[],
  summaries: readonly ComparisonSummary[],
  mode: Mode,
  isMeasured: (comparison: string) => boolean = () => true,
): GoalResult[] {
  return goals
    .filter(({ comparison, atMost }) => isMeasured(comparison) && atMost[mode] !== undefined)
    .map(({ comparison, measure, atMost }) => {
      const summary = summaries.find(({ name }) => name === comparison);
      const weighed = weigh(measure, atMost[mode] ?? Number.NaN, summary);
      const { measured } = weighed;
      const met = measured !== undefined && measured <= weighed.atMost;
      return { comparison, ...weighed, met };
    });
}

function weigh(
  measure: Measure,
  allowed: number,
  summary: ComparisonSummary | undefined,
): Pick<GoalResult, 'unit' | 'atMost' | 'measured'> {
  if (measure === 'ratio') {
    return { unit: 'times', atMost: allowed, measured: summary?.ratio.median };
  }
  if (measure === 'value') {
    return { unit: summary?.unit ?? '', atMost: allowed, measured: summary?.measured.median };
  }
  const base = summary?.base.median ?? 0;
  return {
    unit: 'ms apart',
    atMost: Math.max(base * allowed, measure.differenceOrMilliseconds),
    measured: summary && Math.abs(summary.measured.median - base),
  };
}
