import type { Document } from './reservation-pipeline.ts';
import { earlier, KNOWN_SOURCES } from './throttle-policy.ts';

export const NOTHING = { $literal: {} };

/**
 * Whether the known sources are the account's, or have all been forgotten because none has logged
 * in for so long.
 */
export function isOwn(accountId: string | null, now: Date): Document {
  const owner = { $ifNull: ['$account_id', accountId] };
  const isForgotten = { $lte: [{ $max: lastLogins() }, earlier(now, KNOWN_SOURCES.age)] };
  return { $or: [{ $eq: [owner, accountId] }, isForgotten] };
}

/** If another account has the name now, the previous account's sources are dropped. */
export function remember(source: string, accountId: string, now: Date): Document[] {
  const own = { $cond: [{ $eq: ['$account_id', accountId] }, '$known', NOTHING] };
  const entry = { $mergeObjects: [`$known.${source}`, { last_login_at: now }] };
  const known = { $mergeObjects: [own, { [source]: entry }] };
  return [
    {
      $set: {
        known: { $cond: ['$is_own', known, '$known'] },
        account_id: { $cond: ['$is_own', accountId, '$account_id'] },
      },
    },
  ];
}

export function forgetOldSources(now: Date): Document[] {
  const since = (date: unknown) => ({
    $arrayToObject: {
      $filter: {
        input: { $objectToArray: '$known' },
        cond: { $gt: ['$$this.v.last_login_at', date] },
      },
    },
  });
  const isFull = { $gt: [{ $size: { $objectToArray: '$known' } }, KNOWN_SOURCES.maximum] };
  return [
    { $set: { known: since(earlier(now, KNOWN_SOURCES.age)) } },
    { $set: { known: { $cond: [isFull, since({ $min: lastLogins() }), '$known'] } } },
  ];
}

export function lastLogins(): Document {
  return { $map: { input: { $objectToArray: '$known' }, in: '$$this.v.last_login_at' } };
}
