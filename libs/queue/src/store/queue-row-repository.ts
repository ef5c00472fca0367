import type { OperationContext } from '@org/core';
import type { IndexDefinition, NewDocument, RepositoryDependencies } from '@org/core/store';
import type { Filter } from 'mongodb';

import type { Lease, WantedRows } from './leased-repository.ts';
import { COUNTABLE, QueueRepository, type QueueDocument } from './queue-repository.ts';

/** A row of a {@link Queue}; removed once its work is done. */
export interface QueueRowDocument extends QueueDocument {
  readonly status: 'queued' | 'dead';
  readonly kind: string;
  readonly payload: object;
  /** Rows with the same kind and key are worked on in the order of their sequence. */
  readonly key?: string;
  readonly sequence?: number;
  /** When it is due by itself; `next_attempt_at` may be later while it waits for another of its key. */
  readonly due_at: Date;
  /** How many attempts failed; those that a worker did not survive are in `attempts` only. */
  readonly failures?: number;
  readonly account_id?: string;
  readonly last_error: string | null;
  /** When a dead row is removed. */
  readonly purge_at?: Date;
}

/** How often it reads on past keys that have to wait. */
const MAXIMUM_ROUNDS = 50;

type OrderedRow = QueueRowDocument & Required<Pick<QueueRowDocument, 'key' | 'sequence'>>;

const INDEXES: readonly IndexDefinition[] = [
  {
    keys: { status: 1, kind: 1, priority: 1, next_attempt_at: 1, expires_at: 1 },
    options: { name: 'claim_order' },
  },
  {
    keys: { kind: 1, key: 1, status: 1, sequence: 1 },
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
          due_at: { bsonType: 'date' },
          failures: { bsonType: 'number' },
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

  /**
   * In place of a row that waits for an earlier one of its key, that one, if it is due; else none of
   * the key. Reads on past keys that have to wait.
   */
  override async findClaimable(
    wanted: WantedRows,
    lease: Lease,
    limit: number,
    context: OperationContext,
  ): Promise<readonly QueueRowDocument[]> {
    for (let round = 0; round < MAXIMUM_ROUNDS; round += 1) {
      const rows = await super.findClaimable(wanted, lease, limit, context);
      const claimable = await this.#inOrder(rows, lease.now, context);
      if (claimable.length > 0 || rows.length < limit) {
        return claimable;
      }
    }
    return [];
  }

  /** Ends a row whose work is done, if the worker still has it. */
  async removeLeased(row: QueueRowDocument, context: OperationContext): Promise<boolean> {
    return this.deleteOne(this.leased(row), context);
  }

  /** Makes the next row of an ended row's key due. */
  async releaseNext(row: QueueRowDocument, now: Date, context: OperationContext): Promise<void> {
    if (isOrdered(row)) {
      await this.findOneAndUpdate(
        {
          ...waitingOf(row),
          sequence: { $gt: row.sequence },
          leased_until: null,
          due_at: { $lte: now },
        },
        { $min: { next_attempt_at: now } },
        context,
        { sort: { sequence: 1 } },
      );
    }
  }

  async #inOrder(
    rows: readonly QueueRowDocument[],
    now: Date,
    context: OperationContext,
  ): Promise<readonly QueueRowDocument[]> {
    const claimable: QueueRowDocument[] = [];
    const keys = new Set<string>();
    for (const row of rows) {
      if (!isOrdered(row)) {
        claimable.push(row);
      } else if (!keys.has(nameOfKey(row))) {
        keys.add(nameOfKey(row));
        const first = await this.#findFirst(row, now, context);
        claimable.push(...(first === undefined ? [] : [first]));
      }
    }
    return claimable;
  }

  /** The first row of a key, if it is due; if not, none of the others is until it is. */
  async #findFirst(
    row: OrderedRow,
    now: Date,
    context: OperationContext,
  ): Promise<QueueRowDocument | undefined> {
    const options = { sort: { sequence: 1 }, limit: 1 } as const;
    for (;;) {
      const [first] = await this.findUnrecorded(waitingOf(row), context, options);
      const isDue = first !== undefined && first.next_attempt_at <= now && first.expires_at > now;
      if (first === undefined || isDue) {
        return first;
      }
      if (await this.#deferBehind(first as OrderedRow, now, context)) {
        return undefined;
      }
      // It ended meanwhile, so the next one is the first.
    }
  }

  /** @returns whether the first row still has to be waited for */
  async #deferBehind(first: OrderedRow, now: Date, context: OperationContext): Promise<boolean> {
    const { _id, sequence, next_attempt_at } = first;
    const behind = { sequence: { $gt: sequence }, leased_until: null };
    const isEarlier = { next_attempt_at: { $lt: next_attempt_at } };
    await this.updateMany(
      { ...waitingOf(first), ...behind, ...isEarlier },
      { $set: { next_attempt_at } },
      context,
    );
    const isWaiting = (await this.count({ _id, status: 'queued' }, context)) > 0;
    if (!isWaiting) {
      // Its worker made the next row due before that was deferred.
      await this.releaseNext(first, now, context);
    }
    return isWaiting;
  }
}

export type NewQueueRowDocument = NewDocument<QueueRowDocument>;

function isOrdered(row: QueueRowDocument): row is OrderedRow {
  return typeof row.key === 'string' && typeof row.sequence === 'number';
}

function nameOfKey({ kind, key }: OrderedRow): string {
  return JSON.stringify([kind, key]);
}

/** Without those that another program left malformed: they never end, so nothing waits for them. */
function waitingOf({ kind, key }: OrderedRow): Filter<QueueRowDocument> {
  return {
    kind,
    key,
    status: 'queued',
    sequence: { $gt: -Infinity },
    attempts: COUNTABLE,
    next_attempt_at: { $type: 'date' },
    expires_at: { $type: 'date' },
  };
}
