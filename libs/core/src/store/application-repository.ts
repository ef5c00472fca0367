import { ObjectId, type Collection, type Filter, type UpdateFilter } from 'mongodb';

import type { AuditTrail } from '../audit-trail.ts';
import type { OperationContext } from '../operation-context.ts';
import { AuditedOperations, type DocumentChange } from './audited-operations.ts';
import type { NewDocument, StoredDocument } from './base-model.ts';
import type { CollectionDefinition, CollectionReport } from './collection-definition.ts';
import { initializeCollection } from './collection-initialization.ts';
import type { Database } from './database.ts';
import { applyUpdate } from './document-changes.ts';
import {
  DocumentCollection,
  withIdsOf,
  type Pipeline,
  type FindOptions,
  type UpdateOptions,
} from './document-collection.ts';
import { DuplicateKeyError } from './errors.ts';
import type { Page, PageOptions } from './page.ts';

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
export abstract class ApplicationRepository<Stored extends StoredDocument> {
  readonly #database: Database;
  readonly #definition: CollectionDefinition;
  readonly #documents: DocumentCollection<Stored>;
  readonly #audited: AuditedOperations<Stored>;

  protected constructor(
    { database, audit }: RepositoryDependencies,
    definition: CollectionDefinition,
  ) {
    this.#database = database;
    this.#definition = definition;
    this.#documents = new DocumentCollection(database, definition.name);
    this.#audited = new AuditedOperations({ transactions: database, audit, definition });
  }

  /** The driver's collection, for what the verbs below do not offer. Leaves no audit record. */
  collection(): Collection<Stored> {
    return this.#documents.driver;
  }

  /**
   * Creates the collection with its validator and indexes, or brings it up to date. Safe when
   * several processes do it at once, and on a collection of another program.
   */
  async onInitCollection(): Promise<CollectionReport> {
    return this.#database.run(() => initializeCollection(this.#database.driver, this.#definition));
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

  async findOne(
    filter: Filter<Stored>,
    context: OperationContext,
    options: Omit<FindOptions, 'limit'> = {},
  ): Promise<Stored | undefined> {
    const found = await this.#documents.findOne(filter, context, options);
    await this.#audited.read(found === undefined ? [] : [found], context);
    return found;
  }

  async find(
    filter: Filter<Stored>,
    context: OperationContext,
    options: FindOptions = {},
  ): Promise<readonly Stored[]> {
    const found = await this.#documents.find(filter, context, options);
    await this.#audited.read(found, context);
    return found;
  }

  /**
   * Documents of this collection found by an aggregation, which may join others. Each keeps its `_id`
   * and the field that tells whose it is.
   */
  async aggregate(pipeline: Pipeline, context: OperationContext): Promise<readonly Stored[]> {
    const found = await this.#documents.aggregate(pipeline, context);
    await this.#audited.read(found, context);
    return found;
  }

  async findPage(
    filter: Filter<Stored>,
    context: OperationContext,
    options: PageOptions,
  ): Promise<Page<Stored>> {
    // One after the other: a transaction allows one operation at a time.
    const totalCount = await this.count(filter, context, options);
    const items = totalCount > options.skip ? await this.find(filter, context, options) : [];
    return { items, totalCount };
  }

  async count(
    filter: Filter<Stored>,
    context: OperationContext,
    { collation }: Pick<FindOptions, 'collation'> = {},
  ): Promise<number> {
    return this.#documents.count(filter, context, collation === undefined ? {} : { collation });
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
    const upsert = (): Promise<Stored> =>
      this.#audited.change(context, async (transaction) => {
        const before = await this.#documents.updateOne(filter, stamped, transaction, {
          upsert: true,
          returnDocument: 'before',
        });
        const created = { ...filter, ...stamped.$setOnInsert } as unknown as Stored;
        const after = applyUpdate(before ?? created, stamped);
        return { result: after, changes: [{ before, after }] };
      });
    // Another process stored the document in between; now it is there to be changed. Only a
    // transaction that was opened here can be begun anew.
    return upsert().catch((error: unknown) => {
      if (error instanceof DuplicateKeyError && context.transaction === undefined) {
        return upsert();
      }
      throw error;
    });
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
