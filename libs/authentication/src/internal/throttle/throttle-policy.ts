import type { ThrottleBudget, ThrottleBudgets } from '../../types.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What the budgets are unless they are set. */
export const DEFAULT_BUDGETS: ThrottleBudgets = {
  'login-source': [{ limit: 100, milliseconds: 15 * MINUTE }],
  'refresh-source': [{ limit: 100, milliseconds: 15 * MINUTE }],
  'otp-failure-number': [{ limit: 20, milliseconds: DAY }],
  'otp-request-number': [
    { limit: 1, milliseconds: 30 * SECOND },
    { limit: 3, milliseconds: 10 * MINUTE },
    { limit: 5, milliseconds: HOUR },
  ],
  'otp-request-source': [{ limit: 10, milliseconds: HOUR }],
  'sign-up-source': [{ limit: 20, milliseconds: HOUR }],
  'phone-form-source': [{ limit: 20, milliseconds: HOUR }],
  'reset-request-name': [{ limit: 3, milliseconds: HOUR }],
  'reset-request-source': [{ limit: 20, milliseconds: HOUR }],
  'reset-account': [{ limit: 20, milliseconds: HOUR }],
  'reset-source': [{ limit: 20, milliseconds: HOUR }],
};

/** Failures in a row of one name: how many are free, and how the pause after each further one grows. */
export const FAILURE_PAUSES = {
  free: 5,
  first: SECOND,
  longest: 15 * MINUTE,
  /** How long after the last pause the failures are forgotten. */
  memory: 15 * MINUTE,
} as const;

/** What is known of one key. */
export interface Counter {
  readonly key: string;
  readonly hits: readonly Date[];
  readonly failures: number;
  readonly blockedUntil: Date | null;
  readonly expiresAt: Date;
}

export function longestOf(budgets: readonly ThrottleBudget[]): number {
  return Math.max(...budgets.map(({ milliseconds }) => milliseconds));
}

/** How long until one more is within every budget. */
export function findWait(
  hits: readonly Date[],
  budgets: readonly ThrottleBudget[],
  now: Date,
): number {
  const waits = budgets.map(({ limit, milliseconds }) => {
    const inTheWay = hits.at(-limit);
    return inTheWay === undefined ? 0 : inTheWay.getTime() + milliseconds - now.getTime();
  });
  return Math.max(0, ...waits);
}

/** How long a name pauses after so many failures in a row. */
export function pauseAfter(failures: number): number {
  const { free, first, longest } = FAILURE_PAUSES;
  return failures < free ? 0 : Math.min(longest, first * 2 ** (failures - free));
}
