const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** At most so many in any such span of time. */
export interface Budget {
  readonly limit: number;
  readonly milliseconds: number;
}

/** What has budgets, by the kind of its key. */
export const BUDGETS = {
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
} as const satisfies Readonly<Record<string, readonly Budget[]>>;

export type BudgetKind = keyof typeof BUDGETS;

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

export function longestOf(budgets: readonly Budget[]): number {
  return Math.max(...budgets.map(({ milliseconds }) => milliseconds));
}

/** How long until one more is within every budget. */
export function findWait(hits: readonly Date[], budgets: readonly Budget[], now: Date): number {
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
