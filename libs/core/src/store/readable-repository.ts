import type { Collection, Document, Filter, FindCursor } from 'mongodb';

import type { AuditTrail } from '../audit-trail.ts';
import type { OperationContext } from '../operation-context.ts';
import { AuditedOperations } from './audited-operations.ts';
import type { AnyStoredDocument } from './base-model.ts';
import type {
  CollectionDefinition,
  CollectionReport,
  IndexDefinition,
} from './collection-definition.ts';
import { initializeCollection } from './collection-initialization.ts';
import type { Database } from './database.ts';
import { DocumentCheck } from './document-check.ts';
import type { FindOptions, Page, PageOptions, PagesOptions } from './page.ts';
import { StoredSecrets, type StoredSecretsOptions } from './stored-secrets.ts';

/** When malformed documents leave a list short: many may follow each other. */
const READ_AT_LEAST = 100;

export type Pipeline = readonly Document[];

/** The part of ApplicationRepository that sets up and reads a collection. */
export abstract class ReadableRepository<Stored extends AnyStoredDocument> {
  protected readonly database: Database;
  protected readonly audited: AuditedOperations<Stored>;
  protected readonly check: DocumentCheck;
  readonly #definition: CollectionDefinition;
  readonly #collection: Collection<Stored>;

  protected constructor(database: Database, audit: AuditTrail, definition: CollectionDefinition) {
    this.database = database;
    this.audited = new AuditedOperations<Stored>(audit, definition);
    this.check = new DocumentCheck(database, definition);
    this.#definition = definition;
    this.#collection = database.collection<Stored>(definition.name);
  }

  /** The driver's collection, for what the verbs below do not offer. Leaves no audit record. */
  collection(): Collection<Stored> {
    return this.#collection;
  }

  /**
   * Creates or updates the collection. Safe in several processes, and on another program's.
   *
   * @param unwanted indexes of its definition that are not built; default: none
   */
  async onInitCollection(unwanted: readonly IndexDefinition[] = []): Promise<CollectionReport> {
    const indexes = this.#definition.indexes.filter((each) => !unwanted.includes(each));
    const definition = { ...this.#definition, indexes };
    return this.database.run(() => initializeCollection(this.database.driver, definition));
  }

  /** An encrypted field that is re-encrypted after the secret key changes. */
  storedSecrets(
    secrets: Pick<StoredSecretsOptions, 'secretKey' | 'field' | 'purpose'>,
  ): StoredSecrets {
    const { name: collectionName } = this.#definition;
    return new StoredSecrets({ ...secrets, database: this.database, collectionName });
  }

  async findOne(
    filter: Filter<Stored>,
    context: OperationContext,
    options: Omit<FindOptions, 'limit'> = {},
  ): Promise<Stored | undefined> {
    const found = await this.database.runIn(context, (session) =>
      this.#collection.findOne<Stored>(filter, { ...options, ...session }),
    );
    if (found === null || !this.check.isUsable(found, options.projection)) {
      return undefined;
    }
    await this.audited.recordRead([found], context);
    return found;
  }

  /** With a limit, the documents that follow take the places of malformed ones. */
  async find(
    filter: Filter<Stored>,
    context: OperationContext,
    options: FindOptions = {},
  ): Promise<readonly Stored[]> {
    const { projection } = options;
    const limit = options.limit === 0 ? Infinity : (options.limit ?? Infinity);
    const found: Stored[] = [];
    let rest = options;
    let hasMore: boolean;
    do {
      const read = await this.findUnrecorded(filter, context, rest);
      found.push(...this.check.withoutMalformed(read, projection));
      hasMore = found.length < limit && read.length === rest.limit;
      rest = { ...rest, skip: (rest.skip ?? 0) + read.length, limit: READ_AT_LEAST };
    } while (hasMore);
    found.splice(limit);
    await this.audited.recordRead(found, context);
    return found;
  }

  /**
   * Like {@link find}, but with malformed documents, and not recorded: for documents that are about
   * to be changed.
   */
  protected async findUnrecorded(
    filter: Filter<Stored>,
    context: OperationContext,
    options: FindOptions = {},
  ): Promise<readonly Stored[]> {
    return this.database.runIn(context, (session) =>
      this.#collection.find<Stored>(filter, { ...options, ...session }).toArray(),
    );
  }

  /** For any number of documents: holds one page in memory, and always closes its one cursor. */
  async *findInPages(
    filter: Filter<Stored>,
    context: OperationContext,
    { pageSize = 100, ...options }: PagesOptions = {},
  ): AsyncGenerator<readonly Stored[], void, undefined> {
    const cursor = await this.database.runIn(context, async (session) =>
      this.#collection.find<Stored>(filter, { ...options, ...session, batchSize: pageSize }),
    );
    try {
      let page: readonly Stored[];
      do {
        page = await this.database.runIn(context, () => readPage(cursor, pageSize));
        const usable = this.check.withoutMalformed(page, options.projection);
        if (usable.length > 0) {
          await this.audited.recordRead(usable, context);
          yield usable;
        }
      } while (page.length === pageSize);
    } finally {
      await cursor.close();
    }
  }

  /**
   * Finds documents of this collection by an aggregation, which may join others. Each keeps its
   * `_id` and the field that names its owner.
   *
   * @param options the projection with which the pipeline ends, if any
   */
  async aggregate(
    pipeline: Pipeline,
    context: OperationContext,
    { projection }: Pick<FindOptions, 'projection'> = {},
  ): Promise<readonly Stored[]> {
    const read = await this.database.runIn(context, (session) =>
      this.#collection.aggregate<Stored>([...pipeline], session).toArray(),
    );
    const found = this.check.withoutMalformed(read, projection);
    await this.audited.recordRead(found, context);
    return found;
  }

  /** A page may have fewer items than its limit: malformed documents keep their places. */
  async findPage(
    filter: Filter<Stored>,
    context: OperationContext,
    options: PageOptions,
  ): Promise<Page<Stored>> {
    // One at a time: a transaction allows one operation at a time.
    const { collation } = options;
    const totalCount = await this.count(filter, context, collation && { collation });
    const read =
      totalCount > options.skip ? await this.findUnrecorded(filter, context, options) : [];
    const items = this.check.withoutMalformed(read, options.projection);
    await this.audited.recordRead(items, context);
    return { items, totalCount };
  }

  /** @param options with a limit, counting stops there */
  async count(
    filter: Filter<Stored>,
    context: OperationContext,
    options: Pick<FindOptions, 'collation' | 'limit'> = {},
  ): Promise<number> {
    return this.database.runIn(context, (session) =>
      this.#collection.countDocuments(filter, { ...options, ...session }),
    );
  }
}

async function readPage<Stored>(
  cursor: FindCursor<Stored>,
  size: number,
): Promise<readonly Stored[]> {
  const page: Stored[] = [];
  while (page.length < size) {
    const next = await cursor.next();
    if (next === null) {
      break;
    }
    page.push(next);
  }
  return page;
}
