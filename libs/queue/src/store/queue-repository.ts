import { randomUUID } from 'node:crypto';

import type { StoredDocument } from '@org/core/store';
import type { Document, Filter, Sort, UpdateFilter } from 'mongodb';

import { PRIORITY_RANKS } from '../priority.ts';
import { LeasedRepository, type Lease, type WantedRows } from './leased-repository.ts';

/** Matches attempts to which one can be added: numbers, not in a list, far from overflowing. */
export const COUNTABLE = { $lt: Number.MAX_SAFE_INTEGER, $not: { $type: 'array' } } as const;

/** What a worker needs of a row. */
export interface QueueDocument extends StoredDocument {
  /** `queued` until it has ended; then up to the module. */
  readonly status: string;
  /** The lowest goes first. */
  readonly priority: number;
  /** How many times work was started, but for leases that were given back. */
  readonly attempts: number;
  /** Of the latest lease: earlier ones are lost. An earlier version leaves it as it is. */
  readonly lease_id?: string | null;
  /** When it is due; while a worker holds it, the end of its lease. */
  readonly next_attempt_at: Date;
  readonly leased_until: Date | null;
  /** When it is no longer worth working on. */
  readonly expires_at: Date;
}

/**
 * A queue in its own collection. A lease's end is also when its row is due again, so one range of
 * one index finds both the rows that are free and those whose worker has died. The index:
 * `{ status, <kind>, priority, next_attempt_at, expires_at }`.
 */
export abstract class QueueRepository<Row extends QueueDocument> extends LeasedRepository<Row> {
  /** The field that holds a row's kind. */
  protected abstract readonly kindField: keyof Row & string;
  protected readonly claimOrder: Sort = { priority: 1, next_attempt_at: 1 };

  protected get claimIndex(): Document {
    return { status: 1, [this.kindField]: 1, priority: 1, next_attempt_at: 1, expires_at: 1 };
  }

  kindOf(row: Row): string {
    return String(row[this.kindField]);
  }

  isUrgent({ priority }: Row): boolean {
    return priority <= PRIORITY_RANKS.high;
  }

  protected claimable(
    { kinds, urgentKinds }: WantedRows,
    { now }: Pick<Lease, 'now'>,
  ): Filter<Row> {
    const any = { [this.kindField]: { $in: kinds } };
    const urgent = {
      [this.kindField]: { $in: urgentKinds },
      priority: { $lte: PRIORITY_RANKS.high },
    };
    return {
      status: 'queued',
      ...(urgentKinds.length === 0 ? any : kinds.length === 0 ? urgent : { $or: [any, urgent] }),
      next_attempt_at: { $lte: now },
      expires_at: { $gt: now },
      // Others cannot be leased, and would be in the way of those behind them.
      attempts: COUNTABLE,
    } as Filter<Row>;
  }

  protected leaseTo(lease: Lease): UpdateFilter<Row> {
    const { $set } = this.renewal(lease);
    const leased = { $set: { ...$set, lease_id: randomUUID() }, $inc: { attempts: 1 } };
    return leased as unknown as UpdateFilter<Row>;
  }

  protected renewal({ now, leaseMilliseconds }: Omit<Lease, 'workerId'>): UpdateFilter<Row> {
    const end = new Date(now.getTime() + leaseMilliseconds);
    return { $set: { next_attempt_at: end, leased_until: end } } as unknown as UpdateFilter<Row>;
  }

  protected release(now: Date): UpdateFilter<Row> {
    return {
      $set: { next_attempt_at: now, leased_until: null },
      $inc: { attempts: -1 },
    } as unknown as UpdateFilter<Row>;
  }

  protected leased({ _id, attempts, lease_id }: Row): Filter<Row> {
    return { _id, status: 'queued', attempts, lease_id: lease_id ?? null } as Filter<Row>;
  }
}
