/** `urgent` and `high` rows may use the slots that are kept for urgent ones. */
export type QueuePriority = 'urgent' | 'high' | 'normal' | 'bulk';

/** Stored with a row; the lowest goes first. The gaps leave room for more. */
export const PRIORITY_RANKS: Readonly<Record<QueuePriority, number>> = {
  urgent: 0,
  high: 10,
  normal: 20,
  bulk: 30,
};
