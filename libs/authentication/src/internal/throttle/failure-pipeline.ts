import { forgetOldSources, isOwn, lastLogins, NOTHING, remember } from './known-source-pipeline.ts';
import {
  livePending,
  withReservation,
  type AttemptOutcome,
  type Document,
  type ReservedAt,
  type Settlement,
} from './reservation-pipeline.ts';
import {
  earlier,
  FAILURE_PAUSES,
  KNOWN_SOURCES,
  later,
  RESERVATION_MILLISECONDS,
} from './throttle-policy.ts';

interface FailureSettlement extends ReservedAt, Settlement {
  /** Digest of the attempt's source. */
  readonly source: string | undefined;
  /** Whether the source was known when the attempt was reserved. */
  readonly isKnownSource: boolean;
}

/**
 * Reserves an attempt unless failures and other reservations leave no room: in the source's own
 * counters if it is known, otherwise in those that all other sources share.
 */
export function reserveFailure({ id, now, source }: ReservedAt & { source: string | undefined }) {
  const known = `$known.${source ?? 'none'}`;
  const size = { $size: '$open.pending' };
  const hasRoom = [
    { $lt: [{ $add: ['$open.failures', size] }, FAILURE_PAUSES.free] },
    { $eq: [size, 0] },
  ];
  return [
    { $set: { is_known: { $gt: [`${known}.last_login_at`, earlier(now, KNOWN_SOURCES.age)] } } },
    { $set: { open: { $cond: ['$is_known', known, sharedCounters()] } } },
    {
      $set: { 'open.pending': livePending('$open.pending', now), 'open.failures': remembered(now) },
    },
    { $set: { is_allowed: { $and: [isOver(now), { $or: hasRoom }] } } },
    { $set: { 'open.pending': withReservation('$open.pending', { id, now }) } },
    { $set: writeBack('$is_known', source) },
    ...ending(now),
  ];
}

/**
 * Turns a reservation into a failure, or removes it. A success counts only for the account that the
 * counter belongs to: another account with the same key neither clears its failures nor has known
 * sources.
 */
export function settleFailure(settlement: FailureSettlement): Document[] {
  const { id, now, source, isKnownSource, outcome, accountId, isLogin = false } = settlement;
  const open = isKnownSource ? `$known.${source ?? 'none'}` : sharedCounters();
  return [
    { $set: { open } },
    {
      $set: {
        'open.pending': livePending('$open.pending', now, id),
        'open.failures': remembered(now),
        is_paused: { $not: [isOver(now)] },
        is_own: isOwn(accountId ?? null, now),
      },
    },
    ...countOutcome(outcome, now),
    { $set: writeBack(isKnownSource, source) },
    ...(isLogin && accountId !== undefined && source !== undefined
      ? remember(source, accountId, now)
      : []),
    ...forgetOldSources(now),
    ...ending(now),
  ];
}

/** Makes a source known that logged in by another name of the account. */
export function rememberLogin(source: string, accountId: string, now: Date): Document[] {
  return [
    { $set: { known: { $ifNull: ['$known', NOTHING] } } },
    { $set: { is_own: isOwn(accountId, now) } },
    ...remember(source, accountId, now),
    ...forgetOldSources(now),
    ...ending(now),
  ];
}

function sharedCounters(): Document {
  return { failures: '$failures', blocked_until: '$blocked_until', pending: '$pending' };
}

/** Failures count until some time after the pause that the last one caused. */
function remembered(now: Date): Document {
  const until = { $add: ['$open.blocked_until', FAILURE_PAUSES.memory] };
  return { $cond: [{ $gt: [until, now] }, { $ifNull: ['$open.failures', 0] }, 0] };
}

function isOver(now: Date): Document {
  return { $lte: [{ $ifNull: ['$open.blocked_until', new Date(0)] }, now] };
}

/** An attempt that fails during a pause was reserved before it, and does not lengthen it. */
function countOutcome(outcome: AttemptOutcome, now: Date): Document[] {
  const { free, first, longest } = FAILURE_PAUSES;
  const doubled = { $multiply: [first, { $pow: [2, { $subtract: ['$open.failures', free] }] }] };
  const pause = { $cond: [{ $lt: ['$open.failures', free] }, 0, { $min: [longest, doubled] }] };
  const blockedUntil = { $add: [now, { $toLong: pause }] };
  switch (outcome) {
    case 'failed':
      return [
        {
          $set: { 'open.failures': { $add: ['$open.failures', { $cond: ['$is_paused', 0, 1] }] } },
        },
        {
          $set: {
            'open.blocked_until': { $cond: ['$is_paused', '$open.blocked_until', blockedUntil] },
          },
        },
      ];
    case 'succeeded':
      return [
        {
          $set: {
            'open.failures': { $cond: ['$is_own', 0, '$open.failures'] },
            'open.blocked_until': { $cond: ['$is_own', null, '$open.blocked_until'] },
          },
        },
      ];
    case 'abandoned':
      return [];
  }
}

function writeBack(isKnown: boolean | string, source = 'none'): Document {
  const shared = (field: string) => ({ $cond: [isKnown, `$${field}`, `$open.${field}`] });
  const known = { $ifNull: ['$known', NOTHING] };
  return {
    known: { $cond: [isKnown, { $mergeObjects: ['$known', { [source]: '$open' }] }, known] },
    failures: shared('failures'),
    blocked_until: shared('blocked_until'),
    pending: shared('pending'),
  };
}

function ending(now: Date): Document[] {
  const ends = [
    later(now, RESERVATION_MILLISECONDS),
    { $add: ['$blocked_until', FAILURE_PAUSES.memory] },
    { $add: [{ $max: lastLogins() }, KNOWN_SOURCES.age] },
  ];
  return [{ $set: { expires_at: { $max: ends } } }, { $unset: ['open', 'is_paused', 'is_own'] }];
}
