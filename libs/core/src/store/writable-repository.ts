import type {
  Filter,
  FindOneAndUpdateOptions,
  OptionalUnlessRequiredId,
  UpdateFilter,
} from 'mongodb';

import type { OperationContext } from '../operation-context.ts';
import type { AnyStoredDocument, NewDocument } from './base-model.ts';
import { applyUpdate, stampUpdate, withCountable, withIdsOf } from './document-changes.ts';
import { createObjectId } from './object-id.ts';
import type { FindOptions } from './page.ts';
import { ReadableRepository } from './readable-repository.ts';

export interface UpdateOptions extends Pick<FindOptions, 'collation' | 'sort'> {
  /** How long the server may take, in milliseconds. Default: no limit. */
  readonly maxTimeMS?: number;
}

/** The part of ApplicationRepository that stores and changes documents. */
export abstract class WritableRepository<
  Stored extends AnyStoredDocument,
> extends ReadableRepository<Stored> {
  /** Stores a document; adds its times, and an id, unless it has an id or time of creation. */
  async insertOne(document: NewDocument<Stored>, context: OperationContext): Promise<Stored> {
    const [stored] = await this.insertMany([document], context);
    return stored as Stored;
  }

  /** Stores documents; does nothing for an empty list. */
  async insertMany(
    documents: readonly NewDocument<Stored>[],
    context: OperationContext,
  ): Promise<readonly Stored[]> {
    const now = this.database.clock.now();
    const stored = documents.map(
      (document) =>
        ({
          _id: document._id ?? createObjectId(now),
          ...document,
          created_at: document.created_at ?? now,
          updated_at: now,
        }) as unknown as Stored,
    );
    if (stored.length === 0) {
      return stored;
    }
    const inserted = stored as unknown as readonly OptionalUnlessRequiredId<Stored>[];
    return this.change(context, async (transaction) => {
      await this.database.runIn(transaction, async (session): Promise<unknown> => {
        const [only] = inserted;
        return only !== undefined && inserted.length === 1
          ? this.collection().insertOne(only, session)
          : this.collection().insertMany(inserted, session);
      });
      await this.audited.recordChanges(
        stored.map((after) => ({ after })),
        transaction,
      );
      return stored;
    });
  }

  /**
   * Changes one document and its `updated_at` atomically. An audited change may use `$set`,
   * `$unset` and `$inc`.
   *
   * @returns the document after the change, `undefined` if none matches, or a malformed one, which
   *   an audited change leaves as it was, at the latest when the caller's transaction is aborted
   */
  async findOneAndUpdate(
    filter: Filter<Stored>,
    update: UpdateFilter<Stored>,
    context: OperationContext,
    options: UpdateOptions = {},
  ): Promise<Stored | undefined> {
    const stamped = stampUpdate(update, this.database.clock.now());
    // An error of the server's would end the caller's transaction.
    const matching = context.transaction === undefined ? filter : withCountable(filter, update);
    try {
      if (!this.audited.audits(update)) {
        const returning = { ...options, returnDocument: 'after' } as const;
        const changed = await this.#updateOne(matching, stamped, context, returning);
        if (changed !== undefined) {
          this.check.assertUsable(changed);
        }
        return changed;
      }
      const change = async (transaction: OperationContext): Promise<Stored | undefined> => {
        const before = await this.database.runIn(transaction, (session) =>
          this.collection().findOneAndUpdate(matching, stamped, { ...options, ...session }),
        );
        if (before === null) {
          return undefined;
        }
        this.check.assertUsable(before);
        const after = applyUpdate(before as Stored, stamped);
        await this.audited.recordChanges([{ before: before as Stored, after }], transaction);
        return after;
      };
      // A malformed document counts as missing, which does not end the caller's transaction.
      return await (context.transaction === undefined
        ? this.database.withTransaction(context, change)
        : change(context));
    } catch (error) {
      this.check.reportOrThrow(error);
      return undefined;
    }
  }

  /** Changes every match, as long as they fit in one transaction; returns how many matched. */
  async updateMany(
    filter: Filter<Stored>,
    update: UpdateFilter<Stored>,
    context: OperationContext,
  ): Promise<number> {
    const matching = withCountable(filter, update);
    const stamped = stampUpdate(update, this.database.clock.now());
    if (!this.audited.audits(update)) {
      return this.#updateMany(matching, stamped, context);
    }
    return this.database.withTransaction(context, async (transaction) => {
      const documents = await this.findUnrecorded(matching, transaction);
      if (documents.length > 0) {
        await this.#updateMany(withIdsOf(documents, filter), stamped, transaction);
      }
      const changes = documents.map((before) => ({ before, after: applyUpdate(before, stamped) }));
      await this.audited.recordChanges(changes, transaction);
      return documents.length;
    });
  }

  /** A change and its records share a transaction; one without records needs none. */
  protected change<Result>(
    context: OperationContext,
    work: (context: OperationContext) => Promise<Result>,
  ): Promise<Result> {
    return this.audited.audits() ? this.database.withTransaction(context, work) : work(context);
  }

  async #updateOne(
    filter: Filter<Stored>,
    update: UpdateFilter<Stored>,
    context: OperationContext,
    options: FindOneAndUpdateOptions,
  ): Promise<Stored | undefined> {
    const found = await this.database.runIn(context, (session) =>
      this.collection().findOneAndUpdate(filter, update, { ...options, ...session }),
    );
    return (found as Stored | null) ?? undefined;
  }

  async #updateMany(
    filter: Filter<Stored>,
    update: UpdateFilter<Stored>,
    context: OperationContext,
  ): Promise<number> {
    const { matchedCount } = await this.database.runIn(context, (session) =>
      this.collection().updateMany(filter, update, session),
    );
    return matchedCount;
  }
}
