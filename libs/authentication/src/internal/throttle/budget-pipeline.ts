import type { ThrottleBudget } from '../../types.ts';
import {
  livePending,
  withReservation,
  type AttemptOutcome,
  type Document,
  type ReservedAt,
} from './reservation-pipeline.ts';
import { earlier, later, longestOf } from './throttle-policy.ts';

/** Counts a use of the budgets; if one of them is used up, changes only `is_allowed`. */
export function countHit(now: Date, budgets: readonly ThrottleBudget[]): Document[] {
  const longest = longestOf(budgets);
  return [
    { $set: { hits: hitsSince(earlier(now, longest)) } },
    { $set: { is_allowed: isWithin(budgets, now) } },
    {
      $set: {
        hits: { $cond: ['$is_allowed', { $concatArrays: ['$hits', [now]] }, '$hits'] },
        expires_at: later(now, longest),
      },
    },
  ];
}

/** Reserves a use of the budgets, unless past uses and open reservations use one of them up. */
export function reserveHit(
  { id, now }: ReservedAt,
  budgets: readonly ThrottleBudget[],
): Document[] {
  const longest = longestOf(budgets);
  const hits = hitsSince(earlier(now, longest));
  const pending = withReservation('$pending', { id, now });
  return [
    { $set: { hits, pending: livePending('$pending', now) } },
    { $set: { is_allowed: isWithin(budgets, now, { $size: '$pending' }) } },
    { $set: { pending, expires_at: later(now, longest) } },
  ];
}

export function settleHit(
  { id, now, outcome }: ReservedAt & { outcome: AttemptOutcome },
  budgets: readonly ThrottleBudget[],
): Document[] {
  const longest = longestOf(budgets);
  const past = hitsSince(earlier(now, longest));
  const hits = outcome === 'failed' ? { $concatArrays: [past, [now]] } : past;
  const pending = livePending('$pending', now, id);
  return [{ $set: { hits, pending, expires_at: later(now, longest) } }];
}

/** @param reserved how many reservations count like uses */
function isWithin(budgets: readonly ThrottleBudget[], now: Date, reserved: unknown = 0): Document {
  const conditions = budgets.map(({ limit, milliseconds }) => {
    const used = { $size: hitsSince(earlier(now, milliseconds)) };
    return { $lt: [{ $add: [used, reserved] }, limit] };
  });
  return { $and: conditions };
}

function hitsSince(date: Date): Document {
  return { $filter: { input: { $ifNull: ['$hits', []] }, cond: { $gt: ['$$this', date] } } };
}
