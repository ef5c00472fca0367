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
  const conditions = budgets.map(({ limit, milliseconds }) => ({
    $lt: [{ $size: hitsSince(earlier(now, milliseconds)) }, limit],
  }));
  return [
    { $set: { hits: hitsSince(earlier(now, longest)) } },
    { $set: { is_allowed: { $and: conditions } } },
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
  const conditions = budgets.map(({ limit, milliseconds }) => ({
    $lt: [
      { $add: [{ $size: hitsSince(earlier(now, milliseconds)) }, { $size: '$pending' }] },
      limit,
    ],
  }));
  return [
    {
      $set: {
        hits: hitsSince(earlier(now, longestOf(budgets))),
        pending: livePending('$pending', now),
      },
    },
    { $set: { is_allowed: { $and: conditions } } },
    {
      $set: {
        pending: withReservation('$pending', { id, now }),
        expires_at: later(now, longestOf(budgets)),
      },
    },
  ];
}

export function settleHit(
  { id, now, outcome }: ReservedAt & { outcome: AttemptOutcome },
  budgets: readonly ThrottleBudget[],
): Document[] {
  const hits = hitsSince(earlier(now, longestOf(budgets)));
  return [
    {
      $set: {
        hits: outcome === 'failed' ? { $concatArrays: [hits, [now]] } : hits,
        pending: livePending('$pending', now, id),
        expires_at: later(now, longestOf(budgets)),
      },
    },
  ];
}

function hitsSince(date: Date): Document {
  return { $filter: { input: { $ifNull: ['$hits', []] }, cond: { $gt: ['$$this', date] } } };
}
