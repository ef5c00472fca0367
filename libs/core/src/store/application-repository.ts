import { ObjectId, type Filter, type UpdateFilter } from 'mongodb';

import type { AuditTrail } from '../audit-trail.ts';
import type { Erasure } from '../erasure.ts';
import type { OperationContext } from '../operation-context.ts';
import { AuditedOperations, type DocumentChange } from './audited-operations.ts';
import type { NewDocument, StoredDocument } from './base-model.ts';
import type { CollectionDefinition } from './collection-definition.ts';
import type { Database } from './database.ts';
import { applyUpdate } from './document-changes.ts';
import { DocumentCollection, withIdsOf, type UpdateOptions } from './document-collection.ts';
import { DuplicateKeyError } from './errors.ts';
import { ReadableRepository } from './readable-repository.ts';

/** Few enough for a short transaction, which also holds their records. */
const ERASED_AT_ONCE = 200;

/** What every repository is built with. */
export interface RepositoryDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
}

/**
 * Storage of one collection: the verbs that readers and writers use, each joining the transaction
 * of its context. Ids and times are given here. A change is stored together with its audit record:
 * where no transaction is open, the verb opens one. Methods throw DuplicateKeyError when a unique
 * index refuses, and ServiceUnavailableError when the database cannot be reached.
 */
export abstract class ApplicationRepository<
  Stored extends StoredDocument,
> extends ReadableRepository<Stored> {
  readonly #database: Database;
  readonly #documents: DocumentCollection<Stored>;
  readonly #audited: AuditedOperations<Stored>;

  protected constructor(
    { database, audit }: RepositoryDependencies,
    definition: CollectionDefinition,
  ) {
    const documents = new DocumentCollection<Stored>(database, definition.name);
    const audited = new AuditedOperations<Stored>({ transactions: database, audit, definition });
    super({ database, definition, documents, audited });
    this.#database = database;
    this.#documents = documents;
    this.#audited = audited;
  }

  /** Stores a document; gives it its times, and an id unless it has one. */
  async insertOne(document: NewDocument<Stored>, context: OperationContext): Promise<Stored> {
    const [stored] = await this.insertMany([document], context);
    return stored as Stored;
  }

  /** Stores documents; an empty list is nothing to do. */
  async insertMany(
    documents: readonly NewDocument<Stored>[],
    context: OperationContext,
  ): Promise<readonly Stored[]> {
    const now = this.#database.clock.now();
    const times = { created_at: now, updated_at: now };
    const stored = documents.map(
      (document) =>
        ({ _id: document._id ?? new ObjectId(), ...document, ...times }) as unknown as Stored,
    );
    if (stored.length === 0) {
      return stored;
    }
    return this.#audited.change(context, async (transaction) => {
      await this.#documents.insert(stored, transaction);
      return { result: stored, changes: stored.map((after) => ({ after })) };
    });
  }

  /**
   * Changes one document and its `updated_at` in one atomic step. An audited change may use `$set`,
   * `$unset` and `$inc`.
   *
   * @returns the document after the change, `undefined` when none matches
   */
  async findOneAndUpdate(
    filter: Filter<Stored>,
    update: UpdateFilter<Stored>,
    context: OperationContext,
    options: UpdateOptions = {},
  ): Promise<Stored | undefined> {
    const stamped = this.#stamp(update);
    if (!this.#audited.audits(update)) {
      const after = { ...options, returnDocument: 'after' } as const;
      return this.#documents.updateOne(filter, stamped, context, after);
    }
    return this.#audited.change(context, async (transaction) => {
      const before = await this.#documents.updateOne(filter, stamped, transaction, {
        ...options,
        returnDocument: 'before',
      });
      const after = before && applyUpdate(before, stamped);
      return { result: after, changes: before === undefined ? [] : [{ before, after }] };
    });
  }

  /**
   * Changes the one document that matches, or stores the filter's and update's fields as a new one,
   * in one atomic step. The filter names values only, no operators.
   *
   * @returns the document after the change
   */
  async upsertOne(
    filter: Filter<Stored>,
    update: UpdateFilter<Stored>,
    context: OperationContext,
  ): Promise<Stored> {
    const onInsert = { _id: new ObjectId(), ...update.$setOnInsert };
    const stamped = this.#stamp({ ...update, $setOnInsert: onInsert } as UpdateFilter<Stored>);
    try {
      return await this.#upsert(filter, stamped, context);
    } catch (error) {
      // Another process stored the document in between; now it is there to be changed. Only a
      // transaction that was opened here can be started again.
      const isChangeable = error instanceof DuplicateKeyError && context.transaction === undefined;
      if (!isChangeable) {
        throw error;
      }
      return this.#upsert(filter, stamped, context);
    }
  }

  /**
   * Changes every document that matches, in a set that one transaction can hold.
   *
   * @returns how many documents matched
   */
  async updateMany(
    filter: Filter<Stored>,
    update: UpdateFilter<Stored>,
    context: OperationContext,
  ): Promise<number> {
    const stamped = this.#stamp(update);
    if (!this.#audited.audits(update)) {
      return this.#documents.updateMany(filter, stamped, context);
    }
    return this.#changeAll(filter, context, async (documents, transaction) => {
      await this.#documents.updateMany(withIdsOf(documents), stamped, transaction);
      return documents.map((before) => ({ before, after: applyUpdate(before, stamped) }));
    });
  }

  /** @returns whether a document matched */
  async deleteOne(filter: Filter<Stored>, context: OperationContext): Promise<boolean> {
    return this.#audited.change(context, async (transaction) => {
      const before = await this.#documents.deleteOne(filter, transaction);
      return { result: before !== undefined, changes: before === undefined ? [] : [{ before }] };
    });
  }

  /**
   * Deletes every document that matches, in a set that one transaction can hold.
   *
   * @returns how many documents matched
   */
  async deleteMany(filter: Filter<Stored>, context: OperationContext): Promise<number> {
    if (!this.#audited.audits()) {
      return this.#documents.deleteMany(filter, context);
    }
    return this.#changeAll(filter, context, async (documents, transaction) => {
      await this.#documents.deleteMany(withIdsOf(documents), transaction);
      return documents.map((before) => ({ before }));
    });
  }

  /**
   * Deletes a set of any size, page by page, each in a transaction of its own. The records say that
   * documents were deleted, not what they held, and before that all other records of them are made to
   * forget it; so what is broken off at any point is complete once this was called again.
   */
  async eraseMany(
    filter: Filter<Stored>,
    { signal, forget }: Erasure,
    context: OperationContext,
  ): Promise<void> {
    const options = { projection: { _id: 1 }, limit: ERASED_AT_ONCE };
    let page: readonly Stored[];
    do {
      signal.throwIfAborted();
      page = await this.#documents.find(filter, context, options);
      if (page.length > 0) {
        await forget(page.map((document) => this.#audited.resourceOf(document)));
        await this.#deletePage(page, context);
      }
    } while (page.length === ERASED_AT_ONCE);
  }

  async #upsert(
    filter: Filter<Stored>,
    stamped: UpdateFilter<Stored>,
    context: OperationContext,
  ): Promise<Stored> {
    return this.#audited.change(context, async (transaction) => {
      const before = await this.#documents.updateOne(filter, stamped, transaction, {
        upsert: true,
        returnDocument: 'before',
      });
      const created = { ...filter, ...stamped.$setOnInsert } as unknown as Stored;
      const after = applyUpdate(before ?? created, stamped);
      return { result: after, changes: [{ before, after }] };
    });
  }

  async #deletePage(page: readonly Stored[], context: OperationContext): Promise<void> {
    await this.#audited.change(context, async (transaction) => {
      await this.#documents.deleteMany(withIdsOf(page), transaction);
      return { result: undefined, changes: page.map((before) => ({ before })) };
    });
  }

  async #changeAll(
    filter: Filter<Stored>,
    context: OperationContext,
    work: (
      documents: readonly Stored[],
      context: OperationContext,
    ) => Promise<readonly DocumentChange<Stored>[]>,
  ): Promise<number> {
    return this.#audited.change(context, async (transaction) => {
      const documents = await this.#documents.find(filter, transaction);
      const changes = documents.length === 0 ? [] : await work(documents, transaction);
      return { result: documents.length, changes };
    });
  }

  #stamp(update: UpdateFilter<Stored>): UpdateFilter<Stored> {
    const now = this.#database.clock.now();
    const { $setOnInsert: onInsert } = update;
    return {
      ...update,
      $set: { ...update.$set, updated_at: now },
      ...(onInsert === undefined ? {} : { $setOnInsert: { ...onInsert, created_at: now } }),
    } as unknown as UpdateFilter<Stored>;
  }
}
