import { ObjectId, type Filter } from 'mongodb';

import type { AuditTrail } from '../audit-trail.ts';
import type { Erasure } from '../erasure.ts';
import type { OperationContext } from '../operation-context.ts';
import type { AnyStoredDocument } from './base-model.ts';
import type { CollectionDefinition } from './collection-definition.ts';
import type { Database } from './database.ts';
import { withIdsOf } from './document-changes.ts';
import { representationsOf } from './object-id.ts';
import { UpsertingRepository } from './upserting-repository.ts';

/** Small enough for a short transaction, which also holds their records. */
const ERASED_AT_ONCE = 200;

export interface RepositoryDependencies {
  readonly database: Database;
  readonly audit: AuditTrail;
}

/**
 * Stores one collection: the verbs for readers and writers, each joining its context's transaction.
 * It assigns ids and times. A change is stored together with its audit record, in a new transaction
 * if none is open. Methods throw DuplicateKeyError if a unique index rejects the write, and
 * ServiceUnavailableError if the database cannot be reached.
 */
export abstract class ApplicationRepository<
  Stored extends AnyStoredDocument,
> extends UpsertingRepository<Stored> {
  protected constructor(
    { database, audit }: RepositoryDependencies,
    definition: CollectionDefinition,
  ) {
    super(database, audit, definition);
  }

  /** @returns whether a document matched */
  async deleteOne(filter: Filter<Stored>, context: OperationContext): Promise<boolean> {
    return this.change(context, async (transaction) => {
      const before = await this.database.runIn(transaction, (session) =>
        this.collection().findOneAndDelete(filter, session),
      );
      if (before === null) {
        return false;
      }
      await this.audited.recordChanges([{ before: before as Stored }], transaction);
      return true;
    });
  }

  /** Deletes every match, as long as they fit in one transaction; returns how many matched. */
  async deleteMany(filter: Filter<Stored>, context: OperationContext): Promise<number> {
    if (!this.audited.audits()) {
      return this.#deleteMany(filter, context);
    }
    return this.database.withTransaction(context, async (transaction) => {
      const documents = await this.findUnrecorded(filter, transaction);
      if (documents.length > 0) {
        await this.#deleteMany(withIdsOf(documents, filter), transaction);
        await this.#recordDeletions(documents, transaction);
      }
      return documents.length;
    });
  }

  /**
   * Deletes any number of documents, page by page, each in its own transaction. The records say
   * that documents were deleted, not what they held, and all their earlier records are blanked
   * first; so an interrupted call is completed by calling it again.
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
      page = await this.findUnrecorded(filter, context, options);
      if (page.length > 0) {
        await forget(page.map((document) => this.audited.resourceOf(document)));
        await this.#erasePage(filter, page, context);
      }
    } while (page.length === ERASED_AT_ONCE);
  }

  /**
   * Erases all documents of an account, like {@link eraseMany}, whatever their shape: they are found
   * by nothing but the account's id, as text or ObjectId. Needs an index on the field that contains
   * every document.
   *
   * @param field that holds the account's id; default: `account_id`
   */
  async eraseOwned(
    accountId: string,
    erasure: Erasure,
    context: OperationContext,
    field = 'account_id',
  ): Promise<void> {
    const filter = { [field]: { $in: representationsOf(accountId) } } as unknown as Filter<Stored>;
    await this.eraseMany(filter, erasure, context);
  }

  #erasePage(
    filter: Filter<Stored>,
    page: readonly Stored[],
    context: OperationContext,
  ): Promise<void> {
    return this.change(context, async (transaction) => {
      await this.#deleteMany(withIdsOf(page, filter), transaction);
      // An id of another program's may tell whose document it was.
      const named = page.filter(({ _id }) => _id instanceof ObjectId);
      await this.#recordDeletions(named, transaction);
    });
  }

  async #deleteMany(filter: Filter<Stored>, context: OperationContext): Promise<number> {
    const { deletedCount } = await this.database.runIn(context, (session) =>
      this.collection().deleteMany(filter, session),
    );
    return deletedCount;
  }

  async #recordDeletions(documents: readonly Stored[], context: OperationContext): Promise<void> {
    await this.audited.recordChanges(
      documents.map((before) => ({ before })),
      context,
    );
  }
}
