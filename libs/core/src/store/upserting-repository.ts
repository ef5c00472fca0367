import {
  MongoServerError,
  type Filter,
  type OptionalUnlessRequiredId,
  type UpdateFilter,
} from 'mongodb';

import type { OperationContext } from '../operation-context.ts';
import type { AnyStoredDocument } from './base-model.ts';
import {
  applyUpdate,
  createFrom,
  isCountable,
  stampUpdate,
  updateBetween,
  withIdsOf,
} from './document-changes.ts';
import { DuplicateKeyError } from './errors.ts';
import { createObjectId } from './object-id.ts';
import { WritableRepository } from './writable-repository.ts';

/** The part of ApplicationRepository that changes or stores, whichever it takes. */
export abstract class UpsertingRepository<
  Stored extends AnyStoredDocument,
> extends WritableRepository<Stored> {
  /**
   * Atomically changes the one matching document, or stores the filter's and update's fields as a
   * new one, also in place of what is malformed of one. `$inc` counts from 0 where there is no
   * number. The filter contains values only, no operators.
   *
   * @returns the document after the change
   */
  async upsertOne(
    filter: Filter<Stored>,
    update: UpdateFilter<Stored>,
    context: OperationContext,
  ): Promise<Stored> {
    const now = this.database.clock.now();
    const onInsert = { _id: filter._id ?? createObjectId(now), ...update.$setOnInsert };
    const stamped = stampUpdate({ ...update, $setOnInsert: onInsert } as UpdateFilter<Stored>, now);
    try {
      return await this.#upsert(filter, stamped, context);
    } catch (error) {
      // Another process has just stored the document, so it can be changed now. Only a transaction
      // opened here can be restarted.
      const isChangeable = error instanceof DuplicateKeyError && context.transaction === undefined;
      if (!isChangeable && !(await this.#resetCounters(error, filter, update, context))) {
        throw error;
      }
      return this.#upsert(filter, stamped, context);
    }
  }

  async #upsert(
    filter: Filter<Stored>,
    stamped: UpdateFilter<Stored>,
    context: OperationContext,
  ): Promise<Stored> {
    return this.change(context, async (transaction) => {
      const found = await this.database.runIn(transaction, (session) =>
        this.collection().findOneAndUpdate(filter, stamped, { upsert: true, ...session }),
      );
      const before = (found as Stored | null) ?? undefined;
      const created = createFrom<Stored>(filter, stamped);
      let after = before === undefined ? created : applyUpdate(before, stamped);
      if (before !== undefined && !this.check.isUsable(before)) {
        after = await this.#repair(after, created, transaction);
      }
      await this.audited.recordChanges([{ before, after }], transaction);
      return after;
    });
  }

  /** @throws MalformedDocumentError if what would be stored as a new document is malformed */
  async #repair(malformed: Stored, created: Stored, context: OperationContext): Promise<Stored> {
    const repaired = this.check.repair(malformed, created);
    const itself = withIdsOf([malformed], {});
    await this.database.runIn(context, async (session) => {
      if (repaired._id === malformed._id) {
        await this.collection().updateOne(itself, updateBetween(malformed, repaired), session);
      } else {
        await this.collection().deleteOne(itself, session);
        await this.collection().insertOne(repaired as OptionalUnlessRequiredId<Stored>, session);
      }
    });
    return repaired;
  }

  /**
   * Sets counters that are no numbers to 0, if they caused the error. The server has ended the
   * caller's transaction, so this is outside of it, and the driver begins it again.
   *
   * @returns whether the upsert can be tried again here
   */
  async #resetCounters(
    error: unknown,
    filter: Filter<Stored>,
    { $inc = {} }: UpdateFilter<Stored>,
    context: OperationContext,
  ): Promise<boolean> {
    this.check.reportOrThrow(error);
    let reset = 0;
    for (const path of Object.keys($inc)) {
      const malformed = { ...filter, $nor: [isCountable(path)] } as Filter<Stored>;
      const zero = { $set: { [path]: 0 } } as unknown as UpdateFilter<Stored>;
      reset += await this.updateMany(malformed, zero, context.withoutTransaction());
    }
    if (reset > 0 && context.transaction !== undefined && error instanceof MongoServerError) {
      error.addErrorLabel('TransientTransactionError');
    }
    return reset > 0 && context.transaction === undefined;
  }
}
