import {
  ObjectId,
  type Collection,
  type CollationOptions,
  type Document,
  type Filter,
  type OptionalUnlessRequiredId,
  type Sort,
  type UpdateFilter,
} from 'mongodb';

import type { OperationContext } from '../operation-context.ts';
import type { NewDocument, StoredDocument } from './base-model.ts';
import type { CollectionDefinition, CollectionReport } from './collection-definition.ts';
import { initializeCollection } from './collection-initialization.ts';
import type { Database } from './database.ts';

export interface FindOptions {
  /** Needed for an index with a collation to be used. */
  readonly collation?: CollationOptions;
  readonly projection?: Document;
  readonly sort?: Sort;
  readonly limit?: number;
}

export interface PageOptions extends Omit<FindOptions, 'limit'> {
  readonly sort: Sort;
  /** Documents to leave out first. */
  readonly skip: number;
  readonly limit: number;
}

export interface Page<Stored> {
  readonly items: readonly Stored[];
  /** Documents that match the filter, on all pages. */
  readonly totalCount: number;
}

/**
 * Storage of one collection: the verbs that readers and writers use, each joining the transaction
 * of its context. Ids and times are given here. Methods throw DuplicateKeyError when a unique index
 * refuses, and ServiceUnavailableError when the database cannot be reached.
 */
export abstract class ApplicationRepository<Stored extends StoredDocument> {
  readonly #database: Database;
  readonly #definition: CollectionDefinition;

  protected constructor(database: Database, definition: CollectionDefinition) {
    this.#database = database;
    this.#definition = definition;
  }

  /** The driver's collection, for what the verbs below do not offer. */
  collection(): Collection<Stored> {
    return this.#database.collection<Stored>(this.#definition.name);
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
    const now = this.#database.clock.now();
    const stored = {
      _id: document._id ?? new ObjectId(),
      ...document,
      created_at: now,
      updated_at: now,
    } as unknown as Stored;
    await this.#database.runIn(context, (session) =>
      this.collection().insertOne(stored as OptionalUnlessRequiredId<Stored>, session),
    );
    return stored;
  }

  async findOne(
    filter: Filter<Stored>,
    context: OperationContext,
    options: Omit<FindOptions, 'limit'> = {},
  ): Promise<Stored | undefined> {
    const found = await this.#database.runIn(context, (session) =>
      this.collection().findOne<Stored>(filter, { ...options, ...session }),
    );
    return found ?? undefined;
  }

  async find(
    filter: Filter<Stored>,
    context: OperationContext,
    options: FindOptions = {},
  ): Promise<readonly Stored[]> {
    return this.#database.runIn(context, (session) =>
      this.collection()
        .find<Stored>(filter, { ...options, ...session })
        .toArray(),
    );
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
    options: { collation?: CollationOptions } = {},
  ): Promise<number> {
    const collation = options.collation === undefined ? {} : { collation: options.collation };
    return this.#database.runIn(context, (session) =>
      this.collection().countDocuments(filter, { ...collation, ...session }),
    );
  }

  /**
   * Changes one document and its `updated_at` in one atomic step.
   *
   * @returns the document after the change, `undefined` when none matches
   */
  async findOneAndUpdate(
    filter: Filter<Stored>,
    update: UpdateFilter<Stored>,
    context: OperationContext,
    options: Omit<FindOptions, 'limit'> = {},
  ): Promise<Stored | undefined> {
    const changed = await this.#database.runIn(context, (session) =>
      this.collection().findOneAndUpdate(filter, this.#stamp(update), {
        ...options,
        ...session,
        returnDocument: 'after',
      }),
    );
    return (changed as Stored | null) ?? undefined;
  }

  /**
   * Changes the one document that matches, or stores the filter's and update's fields as a new one,
   * in one atomic step.
   *
   * @returns the document after the change
   */
  async upsertOne(
    filter: Filter<Stored>,
    update: UpdateFilter<Stored>,
    context: OperationContext,
  ): Promise<Stored> {
    const stored = await this.#database.runIn(context, (session) =>
      this.collection().findOneAndUpdate(filter, this.#stamp(update), {
        ...session,
        upsert: true,
        returnDocument: 'after',
      }),
    );
    return stored as Stored;
  }

  /** @returns how many documents matched */
  async updateMany(
    filter: Filter<Stored>,
    update: UpdateFilter<Stored>,
    context: OperationContext,
  ): Promise<number> {
    const result = await this.#database.runIn(context, (session) =>
      this.collection().updateMany(filter, this.#stamp(update), session),
    );
    return result.matchedCount;
  }

  /** @returns whether a document matched */
  async deleteOne(filter: Filter<Stored>, context: OperationContext): Promise<boolean> {
    const result = await this.#database.runIn(context, (session) =>
      this.collection().deleteOne(filter, session),
    );
    return result.deletedCount === 1;
  }

  #stamp(update: UpdateFilter<Stored>): UpdateFilter<Stored> {
    const now = this.#database.clock.now();
    return {
      ...update,
      $set: { ...update.$set, updated_at: now },
      $setOnInsert: { ...update.$setOnInsert, created_at: now },
    } as unknown as UpdateFilter<Stored>;
  }
}
