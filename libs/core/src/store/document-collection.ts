import type {
  ClientSession,
  Collection,
  Document,
  Filter,
  OptionalUnlessRequiredId,
  UpdateFilter,
} from 'mongodb';

import type { OperationContext } from '../operation-context.ts';
import type { StoredDocument } from './base-model.ts';
import type { Database } from './database.ts';
import type { FindOptions, PagesOptions } from './page.ts';

export type Pipeline = readonly Document[];

export type UpdateOptions = Pick<FindOptions, 'collation' | 'sort'>;

interface SessionOption {
  readonly session?: ClientSession;
}

/** The driver's operations on one collection, each in the transaction of its context. */
export class DocumentCollection<Stored extends StoredDocument> {
  readonly driver: Collection<Stored>;
  readonly #database: Database;

  constructor(database: Database, name: string) {
    this.#database = database;
    this.driver = database.collection<Stored>(name);
  }

  async insert(documents: readonly Stored[], context: OperationContext): Promise<void> {
    const inserted = documents as readonly OptionalUnlessRequiredId<Stored>[];
    const [only] = inserted;
    await this.#run(context, async (session): Promise<unknown> =>
      only !== undefined && inserted.length === 1
        ? this.driver.insertOne(only, session)
        : this.driver.insertMany(inserted, session),
    );
  }

  async findOne(
    filter: Filter<Stored>,
    context: OperationContext,
    options: Omit<FindOptions, 'limit'>,
  ): Promise<Stored | undefined> {
    const found = await this.#run(context, (session) =>
      this.driver.findOne<Stored>(filter, { ...options, ...session }),
    );
    return found ?? undefined;
  }

  async find(
    filter: Filter<Stored>,
    context: OperationContext,
    options: FindOptions = {},
  ): Promise<readonly Stored[]> {
    return this.#run(context, (session) =>
      this.driver.find<Stored>(filter, { ...options, ...session }).toArray(),
    );
  }

  /** Reads by one cursor, which is closed when the reading ends, whichever way. */
  async *findInPages(
    filter: Filter<Stored>,
    context: OperationContext,
    { pageSize = 100, ...options }: PagesOptions,
  ): AsyncGenerator<readonly Stored[], void, undefined> {
    const cursor = await this.#run(context, async (session) =>
      this.driver.find<Stored>(filter, { ...options, ...session, batchSize: pageSize }),
    );
    try {
      let page: readonly Stored[];
      do {
        page = await this.#run(context, async () => {
          const read: Stored[] = [];
          for (let next = await cursor.next(); next !== null; next = await cursor.next()) {
            read.push(next);
            if (read.length === pageSize) {
              break;
            }
          }
          return read;
        });
        if (page.length > 0) {
          yield page;
        }
      } while (page.length === pageSize);
    } finally {
      await cursor.close();
    }
  }

  async aggregate(pipeline: Pipeline, context: OperationContext): Promise<readonly Stored[]> {
    return this.#run(context, (session) =>
      this.driver.aggregate<Stored>([...pipeline], session).toArray(),
    );
  }

  async count(
    filter: Filter<Stored>,
    context: OperationContext,
    options: Pick<FindOptions, 'collation' | 'limit'>,
  ): Promise<number> {
    return this.#run(context, (session) =>
      this.driver.countDocuments(filter, { ...options, ...session }),
    );
  }

  /** @returns the document before or after the change, `undefined` when there was none */
  async updateOne(
    filter: Filter<Stored>,
    update: UpdateFilter<Stored>,
    context: OperationContext,
    options: UpdateOptions & { returnDocument: 'before' | 'after'; upsert?: boolean },
  ): Promise<Stored | undefined> {
    const found = await this.#run(context, (session) =>
      this.driver.findOneAndUpdate(filter, update, { ...options, ...session }),
    );
    return (found as Stored | null) ?? undefined;
  }

  async updateMany(
    filter: Filter<Stored>,
    update: UpdateFilter<Stored>,
    context: OperationContext,
  ): Promise<number> {
    const { matchedCount } = await this.#run(context, (session) =>
      this.driver.updateMany(filter, update, session),
    );
    return matchedCount;
  }

  /** @returns the document that was deleted */
  async deleteOne(filter: Filter<Stored>, context: OperationContext): Promise<Stored | undefined> {
    const deleted = await this.#run(context, (session) =>
      this.driver.findOneAndDelete(filter, session),
    );
    return (deleted as Stored | null) ?? undefined;
  }

  async deleteMany(filter: Filter<Stored>, context: OperationContext): Promise<number> {
    const { deletedCount } = await this.#run(context, (session) =>
      this.driver.deleteMany(filter, session),
    );
    return deletedCount;
  }

  async #run<Result>(
    context: OperationContext,
    operation: (session: SessionOption) => Promise<Result>,
  ): Promise<Result> {
    return this.#database.runIn(context, operation);
  }
}

/** Matches the documents by their ids. */
export function withIdsOf<Stored extends StoredDocument>(
  documents: readonly Stored[],
): Filter<Stored> {
  return { _id: { $in: documents.map(({ _id }) => _id) } } as unknown as Filter<Stored>;
}
