import type { ThrottleBudget, ThrottleBudgets } from '../../types.ts';
import type { KnownSource, Pending } from './store/throttle-counter-model.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const OTP_REQUESTS = [
  { limit: 1, milliseconds: 30 * SECOND },
  { limit: 3, milliseconds: 10 * MINUTE },
  { limit: 5, milliseconds: HOUR },
] as const;

export const DEFAULT_BUDGETS: ThrottleBudgets = {
  'login-source': [{ limit: 100, milliseconds: 15 * MINUTE }],
  'refresh-source': [{ limit: 100, milliseconds: 15 * MINUTE }],
  'otp-failure-number-source': [{ limit: 20, milliseconds: DAY }],
  'otp-request-number': OTP_REQUESTS,
  'otp-request-known-source': OTP_REQUESTS,
  'otp-request-source': [{ limit: 10, milliseconds: HOUR }],
  'email-code-failure-mailbox-source': [{ limit: 20, milliseconds: DAY }],
  'email-code-request-mailbox': OTP_REQUESTS,
  'email-code-request-known-source': OTP_REQUESTS,
  'email-code-request-source': [{ limit: 10, milliseconds: HOUR }],
  'sign-up-source': [{ limit: 20, milliseconds: HOUR }],
  'phone-form-source': [{ limit: 20, milliseconds: HOUR }],
  'reset-request-name': [{ limit: 3, milliseconds: HOUR }],
  'reset-request-mailbox': [{ limit: 10, milliseconds: DAY }],
  'reset-request-known-source': [{ limit: 3, milliseconds: HOUR }],
  'reset-request-known-mailbox': [{ limit: 10, milliseconds: DAY }],
  'reset-request-source': [{ limit: 20, milliseconds: HOUR }],
  'reset-account': [{ limit: 20, milliseconds: HOUR }],
  'reset-source': [{ limit: 20, milliseconds: HOUR }],
  'notice-source': [{ limit: 20, milliseconds: HOUR }],
  'notice-recipient': [{ limit: 10, milliseconds: DAY }],
};

/** Consecutive failures: how many are free, and how the pause grows with each further one. */
export const FAILURE_PAUSES = {
  free: 5,
  first: SECOND,
  longest: 15 * MINUTE,
  /** How long after the last pause the failures are forgotten. */
  memory: 15 * MINUTE,
} as const;

/** How long an attempt counts as in progress if nobody settles it, because its process died. */
export const RESERVATION_MILLISECONDS = MINUTE;

/**
 * How long an attempt waits for room that others in progress may free, how long between two checks,
 * and how many in this process may wait for each other.
 */
export const PATIENCE = { milliseconds: 2 * SECOND, between: 50, maximumQueued: 100 } as const;

/** Sources that have logged in to an account: how long they are known, and how many per account. */
export const KNOWN_SOURCES = { age: 90 * DAY, maximum: 20 } as const;

/** A counter in which an attempt needs room: a name's failures, or the uses of budgets. */
export type Slot = FailureSlot | BudgetSlot;

export interface FailureSlot {
  readonly key: string;
  /** Digest of the attempt's source. */
  readonly source: string | undefined;
}

export interface BudgetSlot {
  readonly key: string;
  readonly budgets: readonly ThrottleBudget[];
}

/** Whether an attempt got room in a slot. */
export interface Reservation {
  readonly slot: Slot;
  readonly id: string;
  readonly isAllowed: boolean;
  /** How long it is refused for, in milliseconds; 0 if it only waits for others in progress. */
  readonly pause: number;
  /** When the first of the others in progress stops counting, in milliseconds from now. */
  readonly pendingFor: number;
  readonly isKnownSource: boolean;
  /** Whether any source is known. */
  readonly hasKnownSources: boolean;
}

/** The state of one key. */
export interface Counter {
  readonly key: string;
  readonly hits: readonly Date[];
  readonly failures: number;
  readonly blockedUntil: Date | null;
  /** Attempts in progress. */
  readonly pending: readonly Pending[];
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

/** How long a name pauses after this many consecutive failures. */
export function pauseAfter(failures: number): number {
  const { free, first, longest } = FAILURE_PAUSES;
  return failures < free ? 0 : Math.min(longest, first * 2 ** (failures - free));
}

export function isBudgetSlot(slot: Slot): slot is BudgetSlot {
  return 'budgets' in slot;
}

/** The result of trying to reserve room in the counter. */
export function toReservation(
  { slot, id, isAllowed }: Pick<Reservation, 'slot' | 'id' | 'isAllowed'>,
  { hits, blockedUntil, pending }: Pick<Counter, 'hits' | 'blockedUntil' | 'pending'>,
  now: Date,
): Omit<Reservation, 'isKnownSource' | 'hasKnownSources'> {
  const pause = isBudgetSlot(slot)
    ? findWait(hits, slot.budgets, now)
    : (blockedUntil?.getTime() ?? 0) - now.getTime();
  const first = Math.min(...pending.map(({ until }) => until.getTime()));
  return {
    slot,
    id,
    isAllowed,
    pause: Math.max(0, pause),
    // Never 0, even if the clock has moved on: the attempt was refused.
    pendingFor: Number.isFinite(first) ? Math.max(1, first - now.getTime()) : 1,
  };
}

/** Whether a source that last logged in at this time is still known. */
export function isKnown({ last_login_at: lastLoginAt }: KnownSource, now: Date): boolean {
  return lastLoginAt > earlier(now, KNOWN_SOURCES.age);
}

export function earlier(date: Date, milliseconds: number): Date {
  return new Date(date.getTime() - milliseconds);
}

export function later(date: Date, milliseconds: number): Date {
  return earlier(date, -milliseconds);
}
