import type { OperationContext } from '@org/core';
import {
  parseObjectId,
  type IndexDefinition,
  type NewDocument,
  type RepositoryDependencies,
} from '@org/core/store';
import type { Filter } from 'mongodb';

import type { Lease, WantedRows } from './leased-repository.ts';
import { QueueRepository, type QueueDocument } from './queue-repository.ts';

/** A row of a {@link Queue}; removed once its work is done. */
export interface QueueRowDocument extends QueueDocument {
  readonly status: 'queued' | 'dead';
  readonly kind: string;
  readonly payload: object;
  /** Rows with the same kind and key are worked on in the order of their sequence. */
  readonly key?: string;
  readonly sequence?: number;
  readonly account_id?: string;
  readonly last_error: string | null;
  /** When a dead row is removed. */
  readonly purge_at?: Date;
}

type OrderedRow = QueueRowDocument & Required<Pick<QueueRowDocument, 'key' | 'sequence'>>;

const INDEXES: readonly IndexDefinition[] = [
  {
    keys: { status: 1, kind: 1, priority: 1, next_attempt_at: 1, expires_at: 1 },
    options: { name: 'claim_order' },
  },
  {
    keys: { kind: 1, key: 1, sequence: 1 },
    options: { name: 'key_order', partialFilterExpression: { key: { $exists: true } } },
  },
  { keys: { status: 1, expires_at: 1 }, options: { name: 'life' } },
  {
    keys: { account_id: 1 },
    options: { name: 'account', partialFilterExpression: { account_id: { $exists: true } } },
  },
  {
    keys: { purge_at: 1 },
    options: {
      name: 'purge',
      expireAfterSeconds: 0,
      partialFilterExpression: { purge_at: { $exists: true } },
    },
  },
];

export class QueueRowRepository extends QueueRepository<QueueRowDocument> {
  protected readonly kindField = 'kind';

  constructor(name: string, dependencies: RepositoryDependencies) {
    super(dependencies, {
      name,
      schema: {
        bsonType: 'object',
        required: ['kind', 'payload', 'status', 'priority', 'attempts', 'next_attempt_at'],
        properties: {
          kind: { bsonType: 'string' },
          payload: { bsonType: 'object' },
          key: { bsonType: 'string' },
          sequence: { bsonType: 'number' },
          account_id: { bsonType: 'string' },
          status: { bsonType: 'string' },
          priority: { bsonType: 'number' },
          attempts: { bsonType: 'number' },
          next_attempt_at: { bsonType: 'date' },
          leased_until: { bsonType: ['date', 'null'] },
          expires_at: { bsonType: 'date' },
          last_error: { bsonType: ['string', 'null'] },
          purge_at: { bsonType: 'date' },
        },
      },
      indexes: INDEXES,
      // The change that caused a row is audited.
      unaudited: 'everything',
    });
  }

  /** Leaves out rows that wait for an earlier one of their key. */
  override async findClaimable(
    wanted: WantedRows,
    lease: Lease,
    limit: number,
    context: OperationContext,
  ): Promise<readonly QueueRowDocument[]> {
    const rows = await super.findClaimable(wanted, lease, limit, context);
    const firsts = firstOfEachKey(rows);
    if (firsts.size === 0) {
      return rows;
    }
    const blocked = new Set<string>();
    for (const earlier of await this.#findEarlier([...firsts.values()], context)) {
      if (await this.#deferBehind(earlier, lease.now, context)) {
        blocked.add(nameOfKey(earlier));
      }
    }
    return rows.filter(
      (row) =>
        !isOrdered(row) || (firsts.get(nameOfKey(row)) === row && !blocked.has(nameOfKey(row))),
    );
  }

  /** Ends a row whose work is done, if the worker still has it. */
  async removeLeased(row: QueueRowDocument, context: OperationContext): Promise<boolean> {
    return this.deleteOne(this.leased(row), context);
  }

  /** Makes the next row of an ended row's key due. */
  async releaseNext(row: QueueRowDocument, now: Date, context: OperationContext): Promise<void> {
    if (isOrdered(row)) {
      await this.findOneAndUpdate(
        { ...waitingOf(row), sequence: { $gt: row.sequence }, leased_until: null },
        { $min: { next_attempt_at: now } },
        context,
        { sort: { sequence: 1 } },
      );
    }
  }

  /** The first row of each key, if it is not the given one. */
  async #findEarlier(
    rows: readonly OrderedRow[],
    context: OperationContext,
  ): Promise<readonly OrderedRow[]> {
    const earlier = await this.find(
      { $or: rows.map((row) => ({ ...waitingOf(row), sequence: { $lt: row.sequence } })) },
      context,
      { projection: { payload: 0 } },
    );
    return [...firstOfEachKey(earlier).values()];
  }

  /**
   * Until the earlier row is due again, none of its key is in the way of the others.
   *
   * @returns whether the earlier row still has to be waited for
   */
  async #deferBehind(earlier: OrderedRow, now: Date, context: OperationContext): Promise<boolean> {
    const { _id, sequence, next_attempt_at } = earlier;
    await this.updateMany(
      { ...waitingOf(earlier), sequence: { $gt: sequence } },
      { $max: { next_attempt_at } },
      context,
    );
    const isWaiting = (await this.count({ _id, status: 'queued' }, context)) > 0;
    if (!isWaiting) {
      // Its worker made the next row due before that was deferred.
      await this.releaseNext(earlier, now, context);
    }
    return isWaiting;
  }
}

/** Matches the row with this id; nothing if it is not an id. */
export function rowWithId(id: string): Filter<QueueRowDocument> {
  return { _id: parseObjectId(id) ?? { $in: [] } };
}

export type NewQueueRowDocument = NewDocument<QueueRowDocument>;

function isOrdered(row: QueueRowDocument): row is OrderedRow {
  return row.key !== undefined && row.sequence !== undefined;
}

function nameOfKey({ kind, key }: OrderedRow): string {
  return JSON.stringify([kind, key]);
}

function firstOfEachKey(rows: readonly QueueRowDocument[]): Map<string, OrderedRow> {
  const firsts = new Map<string, OrderedRow>();
  for (const row of rows.filter(isOrdered)) {
    const first = firsts.get(nameOfKey(row));
    if (first === undefined || row.sequence < first.sequence) {
      firsts.set(nameOfKey(row), row);
    }
  }
  return firsts;
}

function waitingOf({ kind, key }: OrderedRow): Filter<QueueRowDocument> {
  return { kind, key, status: 'queued' };
}
