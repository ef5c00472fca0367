import type { SucceededLogin } from '../../types.ts';
import { later, RESERVATION_MILLISECONDS } from './throttle-policy.ts';

/** An update stage, or an expression in one. */
export type Document = Record<string, unknown>;

/** How an attempt ended; `abandoned` if its result is unknown. */
export type AttemptOutcome = 'failed' | 'succeeded' | 'abandoned';

/** How an attempt ended and, after a success, whose login it was. Default: no login. */
export interface Settlement extends SucceededLogin {
  readonly outcome: AttemptOutcome;
}

/** A reservation's id, and the time of the update. */
export interface ReservedAt {
  readonly id: string;
  readonly now: Date;
}

/** The reservations that count, except this one. */
export function livePending(field: string, now: Date, id = ''): Document {
  const cond = { $and: [{ $gt: ['$$this.until', now] }, { $ne: ['$$this.id', id] }] };
  return { $filter: { input: { $ifNull: [field, []] }, cond } };
}

export function withReservation(field: string, { id, now }: ReservedAt): Document {
  const reservation = { id, until: later(now, RESERVATION_MILLISECONDS) };
  return { $cond: ['$is_allowed', { $concatArrays: [field, [reservation]] }, field] };
}
