import type { Collection, Filter } from 'mongodb';

import type { OperationContext } from '../operation-context.ts';
import type { AuditedOperations } from './audited-operations.ts';
import type { StoredDocument } from './base-model.ts';
import type { CollectionDefinition, CollectionReport } from './collection-definition.ts';
import { initializeCollection } from './collection-initialization.ts';
import type { Database } from './database.ts';
import type { DocumentCollection, Pipeline } from './document-collection.ts';
import type { FindOptions, Page, PageOptions, PagesOptions } from './page.ts';
import { StoredSecrets, type StoredSecretsOptions } from './stored-secrets.ts';

interface ReadableRepositoryParts<Stored extends StoredDocument> {
  readonly database: Database;
  readonly definition: CollectionDefinition;
  readonly documents: DocumentCollection<Stored>;
  readonly audited: AuditedOperations<Stored>;
}

/** What ApplicationRepository makes of a collection, and finds in it. */
export abstract class ReadableRepository<Stored extends StoredDocument> {
  readonly #database: Database;
  readonly #definition: CollectionDefinition;
  readonly #documents: DocumentCollection<Stored>;
  readonly #audited: AuditedOperations<Stored>;

  protected constructor({
    database,
    definition,
    documents,
    audited,
  }: ReadableRepositoryParts<Stored>) {
    this.#database = database;
    this.#definition = definition;
    this.#documents = documents;
    this.#audited = audited;
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

  /** A field that is encrypted, so that it follows when the secret key changes. */
  storedSecrets(
    secrets: Pick<StoredSecretsOptions, 'secretKey' | 'field' | 'purpose'>,
  ): StoredSecrets {
    const { name: collectionName } = this.#definition;
    return new StoredSecrets({ ...secrets, database: this.#database, collectionName });
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

  /** For a set of any size: at no time is more than a page of it in memory. */
  async *findInPages(
    filter: Filter<Stored>,
    context: OperationContext,
    options: PagesOptions = {},
  ): AsyncGenerator<readonly Stored[], void, undefined> {
    for await (const page of this.#documents.findInPages(filter, context, options)) {
      await this.#audited.read(page, context);
      yield page;
    }
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
    const { collation } = options;
    const totalCount = await this.count(filter, context, collation && { collation });
    const items = totalCount > options.skip ? await this.find(filter, context, options) : [];
    return { items, totalCount };
  }

  /** @param options with a limit, counting stops there */
  async count(
    filter: Filter<Stored>,
    context: OperationContext,
    { collation, limit }: Pick<FindOptions, 'collation' | 'limit'> = {},
  ): Promise<number> {
    return this.#documents.count(filter, context, {
      ...(collation === undefined ? {} : { collation }),
      ...(limit === undefined ? {} : { limit }),
    });
  }
}
