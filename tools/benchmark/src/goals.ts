import type { ByMode, Mode } from '@org/harness';

import type { ComparisonSummary } from './comparison.ts';

export interface Goal {
  readonly comparison: string;
  /**
   * By the median of the ratios to the base, or by how many times smaller that is; by its own median,
   * in its own unit; or by how far apart the two medians are, as a part of the base, where the
   * milliseconds are allowed anyway.
   */
  readonly measure: 'ratio' | 'inverse' | 'value' | { readonly differenceOrMilliseconds: number };
  /**
   * Quick runs have few samples, on a machine that may do other things: they notice what has become
   * several times as expensive, and no more. Undefined: not judged in that mode.
   */
  readonly atMost: ByMode<number | undefined>;
}

/** By the median of the ratios: in full, and in quick runs. */
const RATIOS: readonly (readonly [name: string, full?: number | undefined, quick?: number])[] = [
  ['cold start, built to one file', 0.9],
  // What the first slice promised; the goal above came later and is stricter.
  ['cold start, built to one file', 1.5, 3],
  ['read own account, server CPU', 1.25, 4],
  ['update profile, server CPU', 2, 8],
  ['update profile, mongod CPU', 2.2, 6],
  ['login, server CPU', 1.1, 2],
  ['create account, server CPU', 1.1, 2],
  ['reads while logins storm, p99 of the reads', 0.75, 5],
  ['refresh, server CPU', 4],
  ['OTP journey, server CPU', 3.5],
  ['traced reads, each, server CPU', 1.1, 4],
  ['memory, idle', 1.3, 2.5],
  ['memory, after load', 1.1, 2.5],
  ['reads by number of accounts, 20,000 accounts, median answer', undefined, 5],
  ['reads by number of accounts, 100,000 accounts, median answer', 1.15],
  ['reads by number of accounts, 1,000,000 accounts, median answer', 1.15],
  ['e-mail provider hangs, p95 of the API', 1.1, 20],
];

const SAME_TIMES = [
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
  'login by e-mail and password, known address',
  'login by e-mail and code, known address',
  'code by e-mail, known address',
  'password reset by e-mail, known address',
  'sign-up by e-mail, known address',
];

/** Every goal that `--check` holds the program to. */
export const GOALS: readonly Goal[] = [
  ...RATIOS.map(([comparison, full, quick]): Goal => {
    return { comparison, measure: 'ratio', atMost: { full, quick } };
  }),
  // Nine tenths of the limit's.
  { comparison: 'login, throughput', measure: 'inverse', atMost: { full: 1 / 0.9, quick: 5 } },
  ...SAME_TIMES.map((name): Goal => ({
    comparison: `same time, ${name}`,
    measure: { differenceOrMilliseconds: 5 },
    atMost: { full: 0.1, quick: 3 },
  })),
  { comparison: 'OTP delivery, p95 idle', measure: 'value', atMost: { full: 250, quick: 2_500 } },
  {
    comparison: 'OTP delivery, p95 with bulk rows waiting',
    measure: 'value',
    atMost: { full: 2_000, quick: 20_000 },
  },
  {
    comparison: 'token verification, remembered',
    measure: 'value',
    atMost: { full: 20, quick: 200 },
  },
];

/** A goal that was judged. Measured and allowed are in the same unit. */
export interface GoalResult {
  readonly comparison: string;
  /** `times`, `times fewer`, `ms apart`, or the unit of the comparison. */
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
  return goals.flatMap(({ comparison, measure, atMost }) => {
    const allowed = atMost[mode];
    if (allowed === undefined || !isMeasured(comparison)) {
      return [];
    }
    const summary = summaries.find(({ name }) => name === comparison);
    const weighed = weigh(measure, allowed, summary);
    const met = weighed.measured !== undefined && weighed.measured <= weighed.atMost;
    return { comparison, ...weighed, met };
  });
}

function weigh(measure: Goal['measure'], atMost: number, summary?: ComparisonSummary) {
  if (measure === 'ratio') {
    return { unit: 'times', atMost, measured: summary?.ratio.median };
  }
  if (measure === 'inverse') {
    return { unit: 'times fewer', atMost, measured: summary && 1 / summary.ratio.median };
  }
  if (measure === 'value') {
    return { unit: summary?.unit ?? '', atMost, measured: summary?.measured.median };
  }
  const base = summary?.base.median ?? 0;
  return {
    unit: 'ms apart',
    atMost: Math.max(base * atMost, measure.differenceOrMilliseconds),
    measured: summary && Math.abs(summary.measured.median - base),
  };
}
