import type { Collection, Document, Filter, FindCursor } from 'mongodb';

import type { AuditTrail } from '../audit-trail.ts';
import type { OperationContext } from '../operation-context.ts';
import { AuditedOperations } from './audited-operations.ts';
import type { StoredDocument } from './base-model.ts';
import type { CollectionDefinition, CollectionReport } from './collection-definition.ts';
import { initializeCollection } from './collection-initialization.ts';
import type { Database } from './database.ts';
import type { FindOptions, Page, PageOptions, PagesOptions } from './page.ts';
import { StoredSecrets, type StoredSecretsOptions } from './stored-secrets.ts';

export type Pipeline = readonly Document[];

/** The part of ApplicationRepository that sets up and reads a collection. */
export abstract class ReadableRepository<Stored extends StoredDocument> {
  protected readonly database: Database;
  protected readonly audited: AuditedOperations<Stored>;
  readonly #definition: CollectionDefinition;
  readonly #collection: Collection<Stored>;

  protected constructor(database: Database, audit: AuditTrail, definition: CollectionDefinition) {
    this.database = database;
    this.audited = new AuditedOperations<Stored>(audit, definition);
    this.#definition = definition;
    this.#collection = database.collection<Stored>(definition.name);
  }

  /** The driver's collection, for what the verbs below do not offer. Leaves no audit record. */
  collection(): Collection<Stored> {
    return this.#collection;
  }

  /** Creates or updates the collection. Safe in several processes, and on another program's. */
  async onInitCollection(): Promise<CollectionReport> {
    return this.database.run(() => initializeCollection(this.database.driver, this.#definition));
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
    await this.audited.recordRead(found === null ? [] : [found], context);
    return found ?? undefined;
  }

  async find(
    filter: Filter<Stored>,
    context: OperationContext,
    options: FindOptions = {},
  ): Promise<readonly Stored[]> {
    const found = await this.findUnrecorded(filter, context, options);
    await this.audited.recordRead(found, context);
    return found;
  }

  /** Like {@link find}, but not recorded: for documents that are about to be changed. */
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
        if (page.length > 0) {
          await this.audited.recordRead(page, context);
          yield page;
        }
      } while (page.length === pageSize);
    } finally {
      await cursor.close();
    }
  }

  /** Finds documents by an aggregation that keeps their `_id` and owner; it may join others. */
  async aggregate(pipeline: Pipeline, context: OperationContext): Promise<readonly Stored[]> {
    const found = await this.database.runIn(context, (session) =>
      this.#collection.aggregate<Stored>([...pipeline], session).toArray(),
    );
    await this.audited.recordRead(found, context);
    return found;
  }

  async findPage(
    filter: Filter<Stored>,
    context: OperationContext,
    options: PageOptions,
  ): Promise<Page<Stored>> {
    // One at a time: a transaction allows one operation at a time.
    const { collation } = options;
    const totalCount = await this.count(filter, context, collation && { collation });
    const items = totalCount > options.skip ? await this.find(filter, context, options) : [];
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
